// Package ensembles makes one predictor of several neural networks, better and
// steadier than each.
//
// A [Method] is a plain value that says how members are trained and combined:
//
//	e, err := ensembles.Bagging{Members: 10}.Fit(ctx, recipe, train)
//
// It gives an [Ensemble]: the trained members and a [Combiner], which makes one
// prediction of theirs. An Ensemble predicts as a model does, scores itself beside
// its members, and is saved as one file.
//
// Members are trained side by side, each with a seed that is a hash of the
// method's seed and the member's number: the bits do not depend on the number of
// threads.
//
// Where weights, a selection or a meta-learner are found on rows that the members
// were not trained on, these are recipe.Plan.Validation if it is given. Else a
// fifth of the training rows, drawn by the method's seed and in proportion to the
// classes of a classification, is held out.
package ensembles
