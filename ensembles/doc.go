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
// # Methods
//
//   - other seeds: [Average]; other rows: [Splits], [KFold], [Bagging];
//   - weights found by a [Search]: [WeightedAverage] ([LeastSquares], [Simplex],
//     [Grid], [DifferentialEvolution]), [GreedySelection];
//   - a model on top, found by a [Learner]: [Stacking] ([LogisticRegression],
//     [LinearRegression], [NetworkLearner]), [Integrated];
//   - one training: [Horizontal] and [Snapshot] combine predictions,
//     [WeightAverage], [SWA] and [EMA] average weights and give one model.
//
// For members from elsewhere there are the same steps one by one: [New],
// [Ensemble.Weigh], [Ensemble.Stack], [Ensemble.Integrate], [AverageWeights]; and
// [Predictions], which are made once and score any number of combinations.
//
// # Seeds
//
// Members are trained side by side, each with a seed that is a hash of the
// method's seed and the member's number: the bits do not depend on the number of
// threads. Two methods with the same seed train the same members where they train
// on the same rows.
//
// # Rows that members do not see
//
// Where weights, a selection or a meta-learner are found on rows that the members
// were not trained on, these are recipe.Plan.Validation if it is given, or the last
// rows by recipe.Plan.ValidationFraction. Else a fifth of the training rows is held
// out, drawn by the method's seed and, in a classification whose classes have rows
// enough, in proportion to the classes. Where folds are asked for, every training
// row is predicted by models that were trained without its fold.
//
// # Files
//
// [Ensemble.Save] and [Load] keep members and combiner. [Marshal] and [Unmarshal]
// keep a method; [Register], [RegisterCombiner], [RegisterSearch] and
// [RegisterLearner] name types of one's own.
package ensembles
