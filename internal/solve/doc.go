// Package solve finds the smallest value of a function, and the coefficients and
// weights that suit given numbers best: differential evolution, least squares
// (free, with a penalty, not negative, on the simplex) and logistic regression.
//
// It is float64 with the same bits on every machine, for its results reach
// predictions. Nothing here runs in parallel, and nothing draws but from a seed.
package solve
