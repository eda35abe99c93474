package losses_test

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/losses"
)

// A loss is computed for each item; gradients are those of the mean over the items
// where the scale is one over their number.
func Example() {
	a := &losses.Args{
		Rows: 2, Size: 3, Pred: []float32{0.7, 0.2, 0.1, 0.25, 0.25, 0.5},
		TargetSize: 1, Target: []float32{0, 1}, // classes
		Loss: make([]float32, 2), Grad: make([]float32, 6), Uniform: 0.5,
	}
	losses.CrossEntropy{}.Eval(a)
	fmt.Printf("losses %.4f\n", a.Loss)
	fmt.Printf("gradients %.4f\n", a.Grad)
	// Output:
	// losses [0.3567 1.3863]
	// gradients [-0.2143 0.5000 0.5000 0.5000 -1.5000 0.5000]
}

func ExampleHuber() {
	a := &losses.Args{
		Rows: 3, Size: 1, Pred: []float32{0.5, 2, -10},
		TargetSize: 1, Target: make([]float32, 3),
		Loss: make([]float32, 3), Grad: make([]float32, 3), Uniform: 1,
	}
	losses.Huber{Delta: 2}.Eval(a)
	fmt.Println(a.Loss, a.Grad)
	// Output: [0.125 2 18] [0.5 2 -2]
}

// Targets are checked before training.
func ExampleCrossEntropy_CheckTargets() {
	loss := losses.CrossEntropy{}
	fmt.Println(loss.Check(1, 1))
	fmt.Println(loss.CheckTargets([]float32{0, 2, 3}, 3, 1))
	// Output:
	// CrossEntropy needs an output for each class, and the model has 1; use BinaryCrossEntropy or Hinge
	// row 2 is class 3, want a whole number from 0 to 2
}

func ExampleMarshal() {
	b, err := losses.Marshal(losses.BinaryCrossEntropy{LabelSmoothing: 0.1})
	fmt.Println(string(b), err)
	// Output: {"type":"BinaryCrossEntropy","LabelSmoothing":0.1} <nil>
}
