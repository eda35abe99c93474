package curves_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

func TestKnownDirection(t *testing.T) {
	for name, want := range map[string]curves.Direction{
		"loss": curves.Minimize, "val_loss": curves.Minimize, "out_loss": curves.Minimize, "Train Loss": curves.Minimize,
		"mse": curves.Minimize, "val_mae": curves.Minimize, "mean_squared_error": curves.Minimize,
		"error_rate": curves.Minimize, "squared_hinge": curves.Minimize, "binary_crossentropy": curves.Minimize,
		"kl_divergence": curves.Minimize, "log_loss": curves.Minimize,
		"acc": curves.Maximize, "accuracy": curves.Maximize, "sparse_categorical_accuracy": curves.Maximize,
		"auc": curves.Maximize, "auc_2": curves.Maximize, "f1": curves.Maximize, "val_f1_score": curves.Maximize,
		"r2": curves.Maximize, "r2_score": curves.Maximize, "precision_1": curves.Maximize, "recall": curves.Maximize,
		"eval/f1": curves.Maximize, "roc_auc": curves.Maximize,
		"rate": curves.Unknown, "lr": curves.Unknown, "epoch": curves.Unknown, "": curves.Unknown, "val_": curves.Unknown,
		"lossy": curves.Unknown, "accuracy_of_aim": curves.Unknown, "cosine_similarity": curves.Unknown, "grad_norm": curves.Unknown,
	} {
		if got := curves.KnownDirection(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}
