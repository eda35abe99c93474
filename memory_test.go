package goodfit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// tangle is a random graph of layers with several readers, nested sums and a few
// shared layers.
func tangle(r *rand.Rand) *goodfit.Model {
	var g goodfit.Graph
	nodes := []goodfit.Node{g.Input("in", 5)}
	pick := func() goodfit.Node { return nodes[r.IntN(len(nodes))] }
	for k := range 4 + r.IntN(12) {
		name := fmt.Sprint("n", k)
		var n goodfit.Node
		switch r.IntN(6) {
		case 0:
			n = g.Add(nn.As(name, nn.Add{}), pick(), pick())
		case 1:
			n = g.Add(nn.As(name, nn.Multiply{}), pick(), pick())
		case 2:
			n = g.Add(nn.As(name, nn.Maximum{}), pick(), pick(), pick())
		case 3:
			n = g.Add(nn.As(name, nn.BatchNorm{}), pick())
		case 4:
			n = g.Add(nn.As(name, nn.Activation{Func: act.Tanh}), pick())
		default:
			n = g.Add(nn.As(name, nn.Dense{Units: 5, Activation: []act.Func{act.ReLU, act.GELU, act.Sigmoid}[r.IntN(3)]}), pick())
			if r.IntN(3) == 0 {
				n = g.Share(n, pick())
			}
		}
		nodes = append(nodes, n)
	}
	return g.Model(g.Add(nn.As("out", nn.Dense{Units: 2}), g.Add(nn.Concat{}, pick(), nodes[len(nodes)-1])))
}

// TestMemoryIsNotUsedTwice runs random graphs with memory that outputs share
// once they are read, and with memory of their own for each; and holds the
// gradient, which crosses shared memory too, to what a small step changes.
func TestMemoryIsNotUsedTwice(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := tangle(r)
		x, y := tensor.New(9, 5), tensor.New(9, 2)
		for i := range x.Data() {
			x.Data()[i] = float32(r.NormFloat64())
		}
		data := &datasets.Tensors{Inputs: []datasets.Array{{Tensor: x}}, Targets: []datasets.Array{{Tensor: y}}}
		norm, loss := gradientOf(t, m, data, seed)
		// A step along −g that should lower the loss by a thousandth: the second
		// order adds some per cent of that.
		got := fallOf(t, m.Clone(false), data, seed, 1e-3*loss/norm)
		if want := 1e-3 * loss; math.Abs(got-want) > 0.2*want {
			t.Errorf("seed %d: a step lowers the loss by %g, the gradient promises %g", seed, got, want)
		}
		var names []string
		for _, l := range m.Layers() {
			names = append(names, l.Name)
		}
		all, err := m.Activations([]*tensor.Tensor{x}, names...)
		if err != nil {
			t.Fatal(err)
		}
		pred, err := m.PredictTensors(x)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, fmt.Sprint("seed ", seed), pred[0].Data(), all[len(all)-1].Data())
	}
}

// gradientOf returns the squared norm of the gradient, by what a step of rate
// 0.01 changes, and the loss.
func gradientOf(t *testing.T, m *goodfit.Model, data datasets.Source, seed uint64) (norm, loss float64) {
	const rate = 0.01
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: rate}, Seed: seed}); err != nil {
		t.Fatal(err)
	}
	before := weightsOf(t, m)
	h, err := m.Fit(ctx, data, goodfit.Plan{BatchSize: -1})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for _, l := range m.Layers() {
		w, _ := m.Weights(l.Name)
		for _, p := range l.Params {
			for _, v := range w[p.Name].Data() {
				if d := float64(v-before[i]) / rate; p.Trained && l.Shares == "" {
					norm += d * d
				}
				i++
			}
		}
	}
	return norm, h.Last("loss")
}

// fallOf returns by how much one step lowers the loss in training.
func fallOf(t *testing.T, m *goodfit.Model, data datasets.Source, seed uint64, rate float64) float64 {
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: rate}, Seed: seed}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(ctx, data, goodfit.Plan{BatchSize: -1, Epochs: 2})
	if err != nil {
		t.Fatal(err)
	}
	loss, _ := h.Get("loss")
	return loss[0] - loss[1]
}
