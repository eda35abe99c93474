package curves

// advice lists for each code the techniques against it, in the order in which to try them, after
// Brownlee, Better Deep Learning (2019): first what has the most leverage on the diagnosed problem.
var advice = map[string][]string{
	UnderfitFlat: {
		"raise capacity: more nodes per layer, then more layers",
		"tune the learning rate on a log scale from 0.1 to 1e-5; it has the largest leverage",
		"scale the inputs, and a regression target, to unit size",
		"use ReLU with He initialization in the hidden layers",
		"use an adaptive optimizer such as Adam, or momentum 0.9",
		"try another batch size: 1, 32, all rows",
		"add batch normalization",
		"check that the loss suits the target and the output activation",
		"pretrain layer by layer, or transfer a model of a related problem",
	},
	UnderfitUnfinished: {
		"train for more epochs",
		"raise the learning rate, or use momentum or Adam, to get there sooner",
		"scale the inputs",
		"add batch normalization",
	},
	Overfit: {
		"stop early: watch the validation loss with patience and keep the best weights",
		"add weight regularization (L2) along with early stopping",
		"or dropout with a weight constraint (max norm) along with early stopping",
		"add noise to the inputs or between the layers",
		"penalize activations (L1) for a sparse representation",
		"reduce capacity: fewer nodes, fewer layers",
		"get more training rows, or augment those there are",
	},
	GoodFit: {
		"keep the weights of the best epoch; training longer will probably overfit",
		"repeat the run with other seeds and report the mean of the scores",
		"average several models for steadier predictions",
	},
	UnrepresentativeTrain: {
		"get more training rows, or give the training part a larger share of the split",
		"check that both parts are drawn alike: shuffled, stratified by class, same sources",
		"estimate by k-fold cross-validation, so that every row trains",
		"augment the training rows, or add noise to the inputs",
		"regularize: L2 or dropout with a max-norm constraint, along with early stopping",
		"transfer a model of a related problem with more rows",
	},
	UnrepresentativeValidation: {
		"give the validation part more rows, about 30% of the data",
		"estimate by k-fold cross-validation, or over repeated splits",
		"shuffle and stratify the split",
		"stop early with more patience, or judge by a moving mean: single epochs mislead here",
		"lower the learning rate towards the end if more rows are not to be had",
	},
	EasyValidation: {
		"check the split: shuffled, stratified, and no validation row among the training rows",
		"score the training rows in prediction mode too: dropout, noise, penalties and batch statistics make the training loss look worse than it is",
		"estimate by k-fold cross-validation, or over repeated splits",
		"give the validation part more rows",
	},
	HighVariance: {
		"lower the learning rate, or let it fall over the epochs",
		"average the predictions of models from several runs",
		"or average models from the last epochs of one run (horizontal ensemble), or their weights",
		"collect snapshots with a cyclic learning rate (snapshot ensemble)",
		"train members on resampled rows (bagging), then weight or stack them",
		"use larger batches",
	},
	Diverged: {
		"lower the learning rate tenfold",
		"scale the inputs, and a regression target, to unit size",
		"clip the gradient: by norm, from 1 on, or by value, from [-5, 5] on",
		"check the data for missing values, and that the loss suits the target and the output activation",
		"use He initialization with ReLU, and L2 to keep the weights small",
		"use larger batches, or warm the learning rate up",
	},
	VanishingGradients: {
		"use ReLU in the hidden layers",
		"use He initialization with ReLU, Glorot with tanh and sigmoid",
		"add batch normalization between the layers",
		"use fewer layers, or pretrain layer by layer",
		"scale the inputs",
	},
	DeadUnits: {
		"lower the learning rate",
		"use LeakyReLU or ELU, which have a gradient below zero too",
		"use He initialization, and biases that start at zero or slightly above",
		"scale the inputs",
		"add batch normalization before the activation",
		"clip the gradient, and add L2 to keep the weights small",
	},
}
