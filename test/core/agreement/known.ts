import type { Labels } from '../../../src/core/base/matrix';

/**
 * Four pairs of partitions and what Python makes of them: ami, ari, expected (expected_mutual_information, nats)
 * by scikit-learn 1.9.1; rmi, rmi_norm (norm_type='normalized'), vi, vi_norm (norm_type='entropy'),
 * element_sim (alpha=0.9) by clusim 0.4; alignment_optimal by linear_sum_assignment of scipy 1.17.1 on minus
 * the contingency matrix, divided by the number of units. The labels are numpy.random.default_rng(3) noise.
 */
export const KNOWN = [
  {
    a: '200002210001',
    b: '010000010001',
    ami: 0.3259392299553865,
    ari: 0.24538258575197888,
    expected: 0.11136834163271393,
    rmi: 0.15833844396271304,
    rmi_norm: 0.27750383477675933,
    vi: 1.2634382882275137,
    vi_norm: 0.45563387943444233,
    element_sim: 0.5396825396825398,
    alignment_optimal: 0.6666666666666666,
  },
  {
    a: '032201031012211022233022011212',
    b: '332201031012211022232322011212',
    ami: 0.8055721774023943,
    ari: 0.8196517412935324,
    expected: 0.1870777526271648,
    rmi: 0.8612010767911066,
    rmi_norm: 0.7953449943011284,
    vi: 0.636917055123996,
    vi_norm: 0.8330956218510296,
    element_sim: 0.8036507936507938,
    alignment_optimal: 0.9,
  },
  {
    a: '2443013243401331020343021230023042423321303201033141140101312200',
    b: '2443013243163321056443325254031334423421353201133104240102354220',
    ami: 0.2557780589063579,
    ari: 0.2573951567939,
    expected: 0.22024945265571463,
    rmi: 0.3316625677722552,
    rmi_norm: 0.22425992199296438,
    vi: 3.185941952078234,
    vi_norm: 0.35355168818283533,
    element_sim: 0.3899956597222222,
    alignment_optimal: 0.59375,
  },
  {
    a: '9819417108148223763144461750683454555218429531066998015628926457',
    b: '2021002111020012102210020021120102101111001221201011002010000211',
    ami: -0.04057832854913602,
    ari: -0.02289652495707744,
    expected: 0.16952879737411256,
    rmi: -0.1549494049381217,
    rmi_norm: -0.1206411887536748,
    vi: 4.506589822403624,
    vi_norm: 0.07425390827419898,
    element_sim: 0.12472146739130428,
    alignment_optimal: 0.15625,
  },
] as const;

export function labelsOf(digits: string): Labels {
  return Int32Array.from(digits, Number);
}
