// Package studies is the frame of the playbook's case studies (Brownlee, Better
// Deep Learning, 2019): each a [Study], a question with a program that answers it
// by training, and that says so in claims, results and figures.
//
// A study repeats what it measures over many seeds. A [Result] stands beside the
// book's number, which comes from one run; a [Claim] is a finding that holds for
// repeats, with its evidence, or is worded as the rate at which it holds. Where
// the book's prose, listing or number does not hold, a claim says what does.
//
// [Run] runs a study, in full or quickly with a few repeats, from a base seed:
// the same base seed gives the same results on any machine and for any number of
// processors. [Page] shows outcomes as one HTML page.
//
// The studies themselves are in the packages below, and listed by
// studies/all.
package studies
