package nn_test

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Words as vectors of eight numbers; index 0 is padding.
func ExampleEmbedding() {
	op, err := nn.Embedding{Vocabulary: 1000, Dim: 8, MaskZero: true, Constraint: nn.MaxNorm(1).Rowwise()}.Build([]tensor.Shape{{20}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(op.Out(), op.Params()[0].Name, op.Params()[0].Shape)
	fmt.Println(op.(nn.InputChecker).CheckInput(0, []float32{3, 1000}))
	// Output:
	// (20×8) embeddings (1000×8)
	// row 0 has 1000, want an index, a whole number from 0 to 999
}

// Each step of the query looks at the steps of another sequence.
func ExampleMultiHeadAttention() {
	op, err := nn.MultiHeadAttention{Heads: 4, KeySize: 16}.Build([]tensor.Shape{{10, 32}, {25, 48}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range op.Params()[:4] {
		fmt.Println(p.Name, p.Shape)
	}
	fmt.Println(op.Out())
	// Output:
	// query_kernel (32×64)
	// query_bias (64)
	// key_kernel (48×64)
	// key_bias (64)
	// (10×32)
}

// The same layer for every step, with the same weights.
func ExampleTimeDistributed() {
	layer := nn.TimeDistributed{Layer: nn.Dense{Units: 3}}
	op, err := layer.Build([]tensor.Shape{{7, 5}})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := nn.MarshalLayer(layer)
	fmt.Println(op.Out(), op.Params()[0].Shape, string(text), err)
	// Output: (7×3) (5×3) {"type":"TimeDistributed","Layer":{"type":"Dense","Units":3}} <nil>
}
