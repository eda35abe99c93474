package nn_test

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Both directions through sequences of 50 steps with 8 features each.
func ExampleLSTM() {
	layer := nn.Bidirectional{Layer: nn.LSTM{Units: 32, ReturnSequences: true, Dropout: 0.2, RecurrentConstraint: nn.MaxNorm(3)}}
	op, err := layer.Build([]tensor.Shape{{50, 8}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(op.Out())
	for _, p := range op.Params() {
		fmt.Println(p.Name, p.Shape, p.Init)
	}
	_, err = layer.Build([]tensor.Shape{{8}})
	fmt.Println(err)
	// Output:
	// (50×64)
	// forward_kernel (8×128) glorot_uniform
	// forward_recurrent_kernel (32×128) orthogonal(1)
	// forward_bias (128) forget_bias
	// backward_kernel (8×128) glorot_uniform
	// backward_recurrent_kernel (32×128) orthogonal(1)
	// backward_bias (128) forget_bias
	// input has shape (8), want two axes: steps and features
}
