const METRICS: ReadonlySet<string> = new Set(
  'acc acc1 acc5 accuracy auc auroc best bleu bpd dice err error f1 fid iou loss metric miou mae mse nll perplexity ppl psnr recall rmse rouge score sparsity ssim top1 top5'.split(
    ' ',
  ),
);
const NORM = /(?:^|[_./-])(?:l[12]|nuc|nuclear|weight)_?norm$/i;

/** Whether a name is one of a metric, where a source does not say which of its numbers are metrics. */
export function isMetricName(name: string): boolean {
  return NORM.test(name) || name.split(/[^A-Za-z0-9]+/).some((word) => METRICS.has(word.toLowerCase()));
}
