package curves

import "strings"

// KnownDirection returns the direction that the name of a loss or metric has by convention, for
// histories of other programs, which record names only. Goodfit's own training does not use it.
//
// It ignores case, a leading "train_", "val_" and the like, and a trailing number as in "auc_1", and
// then knows
//
//   - Minimize: loss, error, err, error_rate, mse, rmse, mae, mape, msle, rmsle and their long forms
//     (mean_squared_error), log_loss, nll, crossentropy, kl_divergence, perplexity, hinge,
//     squared_hinge, huber, logcosh, poisson, deviance, wer, cer;
//   - Maximize: accuracy, acc, auc, roc_auc, pr_auc, f1, f1_score, fbeta_score, precision, recall,
//     sensitivity, specificity, r2, r2_score, explained_variance, score, dice, iou, jaccard, mcc,
//     kappa, bleu, average_precision, map.
//
// A name that ends in "_" and one of these has its direction, as "out_loss" or "binary_accuracy".
// Everything else is Unknown.
func KnownDirection(name string) Direction {
	_, name = splitRole(plainName(name))
	name = strings.TrimRight(name, "0123456789_")
	if d, ok := knownDirections[name]; ok {
		return d
	}
	for i, r := range name {
		if r == '_' {
			if d, ok := knownDirections[name[i+1:]]; ok {
				return d
			}
		}
	}
	return Unknown
}

// knownDirections lists names as they are left by plainName and without trailing digits, which is
// why "f1" and "r2" stand there as "f" and "r".
var knownDirections = directions(map[Direction]string{
	Minimize: `loss error err error_rate mse rmse mae mape msle rmsle mean_squared_error
		root_mean_squared_error mean_absolute_error mean_absolute_percentage_error
		mean_squared_logarithmic_error log_loss logloss nll crossentropy cross_entropy kl_divergence
		kullback_leibler_divergence perplexity hinge huber logcosh poisson deviance wer cer`,
	Maximize: `accuracy acc auc f f1_score fbeta_score precision recall sensitivity specificity r
		r2_score explained_variance score dice iou jaccard mcc kappa bleu average_precision map`,
})

func directions(lists map[Direction]string) map[string]Direction {
	m := make(map[string]Direction)
	for d, names := range lists {
		for _, name := range strings.Fields(names) {
			m[name] = d
		}
	}
	return m
}

// role says which rows a series was measured on.
type role int

const (
	unstated role = iota
	onTrain
	onValidation
	onTest
)

// prefixes of names by role, in lower case with "_" for a separator.
var prefixes = []struct {
	text string
	role role
}{
	{"train_", onTrain}, {"training_", onTrain},
	{"val_", onValidation}, {"valid_", onValidation}, {"validation_", onValidation}, {"dev_", onValidation},
	{"eval_", onValidation},
	{"test_", onTest},
}

// plainName returns name in lower case, with "_" where it has a space, "/", "-" or ".".
func plainName(name string) string {
	return strings.NewReplacer(" ", "_", "/", "_", "-", "_", ".", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
}

// splitRole takes the role's prefix off a plain name.
func splitRole(plain string) (role, string) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(plain, p.text); ok && rest != "" {
			return p.role, rest
		}
	}
	return unstated, plain
}

// aliases are other programs' names for what goodfit calls otherwise, as plain names without role.
var aliases = map[string]string{
	"acc":           "accuracy",
	"lr":            "rate",
	"learning_rate": "rate",
	"loss_curve_":   "loss",
	"loss_epoch":    "loss",
}

// canonicalName returns goodfit's name for a series of another program: "acc" becomes "accuracy",
// "train_loss" and "Training Loss" become "loss", "valid_loss" and "eval/loss" become "val_loss",
// "lr" becomes "rate". A name that it does not know comes back as it is.
func canonicalName(name string) string {
	plain := plainName(name)
	r, base := splitRole(plain)
	if trimmed, ok := strings.CutSuffix(base, "_epoch"); ok && KnownDirection(trimmed) != Unknown {
		base = trimmed
	}
	known := KnownDirection(base) != Unknown
	if a, ok := aliases[base]; ok {
		base, known = a, true
	} else if plain == "validation_scores_" {
		return "val_score"
	} else if strings.HasPrefix(plain, "lr_") {
		return "rate"
	}
	switch {
	case !known:
		return strings.TrimSpace(name)
	case r == onValidation:
		return "val_" + base
	case r == onTest:
		return "test_" + base
	case r == onTrain || base != plain:
		return base
	}
	return strings.TrimSpace(name)
}
