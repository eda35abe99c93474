// Package metrics scores predictions. Sums are in float64 and in the order of
// the rows, so that a score does not depend on the batch size.
package metrics
