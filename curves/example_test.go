package curves_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/goodfit-ml/goodfit/curves"
)

func Example() {
	h, err := curves.Read(strings.NewReader(`epoch,loss,val_loss
0,1.00,1.02
1,0.71,0.78
2,0.52,0.66
3,0.39,0.61
4,0.30,0.60
5,0.24,0.62
6,0.19,0.65
7,0.15,0.70
8,0.12,0.74
9,0.10,0.79
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(curves.Diagnose(h))
	// Output:
	// overfit (severity medium, confidence 0.79)
	//   "val_loss" was best at epoch 4 (0.6; by its noise it may be any from 3 to 4) and ends
	//   worse, at 0.7433, while "loss" went on from 0.4033 to 0.1233.
	//   best=0.6 best_epoch=4 best_epoch_from=3 best_epoch_to=4 onset_epoch=6 end=0.7433
	//   rise=0.1433 rise_error=0.0148 gap=0.6283 gap_opened_epoch=4
	//   Try, in this order:
	//    1. stop early: watch the validation loss with patience and keep the best weights
	//    2. add weight regularization (L2) along with early stopping
	//    3. or dropout with a weight constraint (max norm) along with early stopping
	//    4. add noise to the inputs or between the layers
	//    5. penalize activations (L1) for a sparse representation
	//    6. reduce capacity: fewer nodes, fewer layers
	//    7. get more training rows, or augment those there are
}

func ExampleHistory() {
	h := curves.New(3,
		curves.Series{Name: "loss", Direction: curves.Minimize},
		curves.Series{Name: "accuracy", Direction: curves.Maximize})
	for _, epoch := range [][]float64{{0.69, 0.5}, {0.42, 0.8}, {0.44, 0.9}} {
		if err := h.Append(epoch...); err != nil {
			fmt.Println(err)
		}
	}
	h.Record("rate", curves.Unknown, 0.01)
	fmt.Println(h.Best("loss"))
	fmt.Println(h.Best("accuracy"))
	if err := h.WriteCSV(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 0.42
	// 2 0.9
	// epoch,accuracy,loss,rate
	// 0,0.5,0.69,nan
	// 1,0.8,0.42,nan
	// 2,0.9,0.44,0.01
}
