// Package ensembles combines models into predictors that are better and steadier
// than one.
package ensembles
