/** Names in a message: "a, b and 7 more". */
export function listed(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}
