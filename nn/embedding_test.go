package nn_test

import (
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// gather is the formula of an embedding. Its derivative by an index is 0, as an
// index is rounded.
func gather(dim int) nntest.Ref {
	return func(params map[string][]float64, _ int, in ...[]float64) (out []float64) {
		for _, v := range in[0] {
			row := int(math.Round(v))
			out = append(out, params["embeddings"][row*dim:(row+1)*dim]...)
		}
		return out
	}
}

// indices turns normal numbers into whole numbers below n.
func indices(n int) func(k int, x []float32) {
	return func(_ int, x []float32) {
		for i, v := range x {
			x[i] = float32(int(math.Abs(float64(v))*1000) % n)
		}
	}
}

func TestEmbedding(t *testing.T) {
	for _, c := range []struct {
		layer nn.Embedding
		in    tensor.Shape
	}{
		{nn.Embedding{Vocabulary: 5, Dim: 3}, tensor.Shape{4}},
		{nn.Embedding{Vocabulary: 1, Dim: 1}, tensor.Shape{2}},
		{nn.Embedding{Vocabulary: 7, Dim: 20, MaskZero: true}, tensor.Shape{6}},
		{nn.Embedding{Vocabulary: 4, Dim: 2, Init: nn.Normal(0, 1), Constraint: nn.MaxNorm(1).Rowwise()}, tensor.Shape{2, 3}},
	} {
		out := append(c.in.Clone(), c.layer.Dim)
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.in}, Out: out, Ref: gather(c.layer.Dim), Indices: true, Inputs: indices(c.layer.Vocabulary)})
	}
}

func TestEmbeddingFails(t *testing.T) {
	in := []tensor.Shape{{4}}
	nntest.CheckFails(t, nn.Embedding{Dim: 2}, in, "Vocabulary is 0, want 1 to 16777216")
	nntest.CheckFails(t, nn.Embedding{Vocabulary: 1<<24 + 1, Dim: 2}, in, "Vocabulary is 16777217, want 1 to 16777216")
	nntest.CheckFails(t, nn.Embedding{Vocabulary: 3}, in, "Dim is 0, want at least 1")
	nntest.CheckFails(t, nn.Embedding{Vocabulary: 3, Dim: 2, MaskZero: true}, []tensor.Shape{{4, 1}}, "input has shape (4×1), want one axis")
	nntest.CheckFails(t, nn.Embedding{Vocabulary: 3, Dim: 2, Constraint: nn.MaxNorm(-1)}, in, `parameter "embeddings"`)
	nntest.CheckFails(t, nn.Embedding{Vocabulary: 3, Dim: 2}, nil, "it has 0 inputs, want 1")
}

// Values that are no index are refused with their row.
func TestEmbeddingChecksInput(t *testing.T) {
	op, err := nn.Embedding{Vocabulary: 3, Dim: 2}.Build([]tensor.Shape{{2}})
	if err != nil {
		t.Fatal(err)
	}
	check := op.(nn.InputChecker)
	if err := check.CheckInput(0, []float32{0, 1, 2, 0}); err != nil {
		t.Error(err)
	}
	for _, bad := range []float32{-1, 3, 0.5, float32(math.NaN()), float32(math.Inf(1))} {
		err := check.CheckInput(0, []float32{0, 1, 2, bad})
		if err == nil || !strings.Contains(err.Error(), "row 1 has ") || !strings.Contains(err.Error(), "from 0 to 2") {
			t.Errorf("%g: %v", bad, err)
		}
	}
}

// An index out of range that nobody checked shows in the output and changes no
// weight.
func TestEmbeddingOutOfRangeGivesNaN(t *testing.T) {
	op, err := nn.Embedding{Vocabulary: 2, Dim: 2}.Build([]tensor.Shape{{2}})
	if err != nil {
		t.Fatal(err)
	}
	op.Params()[0].Value = []float32{1, 2, 3, 4}
	p := &nn.Pass{Rows: 1, Mode: nn.Train, In: [][]float32{{1, 2}}, Out: make([]float32, 4), DOut: []float32{1, 1, 1, 1},
		DIn: make([][]float32, 1), Grads: [][]float32{make([]float32, 4)}}
	op.Forward(p)
	op.Backward(p)
	if p.Out[0] != 3 || p.Out[1] != 4 || p.Out[2] == p.Out[2] || p.Out[3] == p.Out[3] {
		t.Errorf("output %v, want 3, 4, NaN, NaN", p.Out)
	}
	if g := p.Grads[0]; g[0] != 0 || g[1] != 0 || g[2] != 1 || g[3] != 1 {
		t.Errorf("gradient %v, want 0, 0, 1, 1", g)
	}
}
