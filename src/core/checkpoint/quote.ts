const LONGEST = 80;

/** A name out of a file as it can stand in a message: quoted, control characters escaped, cut when it is very long. */
export function quote(name: string): string {
  return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}
