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
	//
	// generalization
	//   The gap is 0.628 ± 0.0049, open since epoch 4. Validation was best at epoch 4 (0.6);
	//   its noise does not tell epochs 3 to 4 apart; 0.136 ± 0.015 was lost since, which is
	//   real with probability 1.00.
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

// A log of PyTorch Lightning has several rows per epoch.
func ExampleRead() {
	h, err := curves.Read(strings.NewReader(`epoch,step,train_loss_step,train_loss_epoch,val_acc,val_loss
0,49,0.71,,,
0,99,,,0.55,0.68
0,99,,0.66,,
1,149,0.52,,,
1,199,,,0.70,0.45
1,199,,0.41,,
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range h.Series {
		fmt.Println(s.Name, s.Direction, s.Values)
	}
	_, err = curves.Read(strings.NewReader("epoch,loss\n0,0.7\n1,low\n"))
	fmt.Println(err)
	// Output:
	// loss minimize [0.66 0.41]
	// val_accuracy maximize [0.55 0.7]
	// val_loss minimize [0.68 0.45]
	// line 3, column 3: "low" in column "loss", expected a number
}

func ExampleDiagnoseRuns() {
	var runs []*curves.History
	for _, end := range []float64{0.10, 0.25, 0.40, 0.15} {
		h := curves.New(40,
			curves.Series{Name: "loss", Direction: curves.Minimize},
			curves.Series{Name: "val_loss", Direction: curves.Minimize})
		for e := range 40 {
			fallen := 1 / float64(1+e*e)
			if err := h.Append(0.1+0.9*fallen, end+0.9*fallen); err != nil {
				fmt.Println(err)
			}
		}
		runs = append(runs, h)
	}
	d := curves.DiagnoseRuns(runs)
	fmt.Println(d.Verdict)
	fmt.Println(d.Findings[0].Evidence.Sentence)
	// Output:
	// high-variance
	// Over 4 runs "val_loss" ended between 0.1006 and 0.4006, with a standard deviation of 0.132 around 0.2256.
}
