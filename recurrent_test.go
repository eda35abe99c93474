package goodfit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// echo has one number in each row, a sequence of one step, and as the target the
// number of the row before.
func echo(rows int) *datasets.Tensors {
	r := rand.New(rand.NewPCG(1, 1))
	x, y := tensor.New(rows, 1, 1), tensor.New(rows, 1)
	for i := range rows {
		x.Data()[i] = float32(r.Float64()*2 - 1)
		if i > 0 {
			y.Data()[i] = x.Data()[i-1]
		}
	}
	return &datasets.Tensors{Inputs: []datasets.Array{{Tensor: x}}, Targets: []datasets.Array{{Tensor: y}}}
}

// echoModel takes batches of the given rows; 0 for one without a memory.
func echoModel(t *testing.T, rows int) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{1, 1}, nn.SimpleRNN{Units: 12, Stateful: rows}, nn.Dense{Units: 1})
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.Adam{Rate: 0.01}, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return m
}

// What was in the batch before can be known only from the state.
func TestStatefulModelsRememberTheBatchBefore(t *testing.T) {
	data := echo(200)
	loss := func(rows int) float64 {
		m := echoModel(t, rows)
		if _, err := m.Fit(context.Background(), data, goodfit.Plan{Epochs: 10, BatchSize: 1, InOrder: true}); err != nil {
			t.Fatal(err)
		}
		s, err := m.Evaluate(data)
		if err != nil {
			t.Fatal(err)
		}
		return s.Loss
	}
	// The numbers have a variance of a third.
	if with, without := loss(1), loss(0); with > 0.05 || without < 0.25 {
		t.Errorf("the loss is %.3f with a state, want at most 0.05, and %.3f without, want at least 0.25", with, without)
	}
}

// Prediction goes on from the state; evaluation and measurements leave it.
func TestStateBetweenCalls(t *testing.T) {
	const rows = 2
	m := echoModel(t, rows)
	data := echo(8)
	x := data.Inputs[0].Tensor
	predict := func(lo, hi int) []float32 {
		t.Helper()
		out, err := m.PredictTensors(x.Slice(lo, hi))
		if err != nil {
			t.Fatal(err)
		}
		return out[0].Data()
	}
	all := predict(0, 8)
	if again := predict(0, 8); slices.Equal(again, all) {
		t.Error("the second prediction begins at the first one's beginning")
	}
	for k := range 2 {
		if err := m.ResetState(); err != nil {
			t.Fatal(err)
		}
		parts := slices.Concat(predict(0, 4), disturb(t, m, data, x), predict(4, 8))
		if !slices.Equal(parts, all) {
			t.Errorf("time %d: in parts the predictions are %v, in one %v", k, parts, all)
		}
	}
	into := tensor.New(8, 1)
	if err := errors.Join(m.ResetState(), m.PredictInto(into, x)); err != nil || !slices.Equal(into.Data(), all) {
		t.Errorf("PredictInto gives %v, %v, want %v", into.Data(), err, all)
	}
	if n := testing.AllocsPerRun(5, func() { _ = m.PredictInto(into, x) }); n != 0 {
		t.Errorf("PredictInto allocates %g times", n)
	}
}

// disturb makes all calls that leave the state as it is.
func disturb(t *testing.T, m *goodfit.Model, data *datasets.Tensors, x *tensor.Tensor) []float32 {
	t.Helper()
	first, err := m.Evaluate(data)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := m.Evaluate(data); err != nil || again.Loss != first.Loss {
		t.Errorf("a second evaluation gives %v, %v, want %v", again, err, first)
	}
	if _, err := m.Activations([]*tensor.Tensor{x.Slice(0, 2)}, "simple_rnn"); err != nil {
		t.Error(err)
	}
	b := datasets.Batch{Inputs: []*tensor.Tensor{x.Slice(0, 2)}, Targets: []*tensor.Tensor{data.Targets[0].Tensor.Slice(0, 2)}}
	if _, err := m.LayerStats(b); err != nil {
		t.Error(err)
	}
	return nil
}

// resetter forgets the state in the middle of each epoch.
type resetter struct{ every int }

func (r resetter) Start(*goodfit.Run) (goodfit.Watcher, error) { return r, nil }

func (r resetter) BatchBegin(run *goodfit.Run) error {
	if run.Batch%r.every == 0 {
		run.ResetState()
	}
	return nil
}

// An epoch begins at zero, and so does what a callback says: fits of one epoch
// that are reset after each batch are those of a state that is not kept.
func TestStateIsResetInFits(t *testing.T) {
	data := echo(16)
	weights := func(rows int, callbacks ...goodfit.Callback) string {
		t.Helper()
		m := echoModel(t, rows)
		h, err := m.Fit(context.Background(), data, goodfit.Plan{Epochs: 3, BatchSize: 4, InOrder: true, Callbacks: callbacks})
		if err != nil {
			t.Fatal(err)
		}
		losses, _ := h.Get("loss")
		return fmt.Sprint(losses)
	}
	if got, want := weights(4, resetter{1}), weights(0); got != want {
		t.Errorf("reset before every batch the losses are %s, want %s", got, want)
	}
	if got, want := weights(4, resetter{4}), weights(4); got != want {
		t.Errorf("reset at the beginning of every epoch the losses are %s, want %s", got, want)
	}
	if got, want := weights(4), weights(0); got == want {
		t.Error("a state that is kept changes nothing")
	}
}

func TestStatefulModelsFail(t *testing.T) {
	m, data := echoModel(t, 4), echo(10)
	x := data.Inputs[0].Tensor
	wants := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want one with %q", err, want)
		}
	}
	_, err := m.Fit(context.Background(), echo(8), goodfit.Plan{BatchSize: 4})
	wants(err, "needs Plan.InOrder")
	_, err = m.Fit(context.Background(), echo(8), goodfit.Plan{BatchSize: 2, InOrder: true})
	wants(err, "Plan.BatchSize is 2, and the model is Stateful for batches of 4 rows")
	_, err = m.Fit(context.Background(), data, goodfit.Plan{BatchSize: 4, InOrder: true})
	wants(err, "training data: 10 rows do not fill the batches")
	_, err = m.Evaluate(data)
	wants(err, "10 rows do not fill the batches of a stateful model, which have 4 rows each")
	_, err = m.PredictTensors(x)
	wants(err, "10 rows do not fill")
	wants(m.PredictInto(tensor.New(10, 1), x), "10 rows do not fill")
	_, err = m.Activations([]*tensor.Tensor{x.Slice(0, 8)}, "dense")
	wants(err, "the batch has 8 rows, and the model is Stateful for batches of 4")
	b := datasets.Batch{Inputs: []*tensor.Tensor{x}, Targets: []*tensor.Tensor{data.Targets[0].Tensor}}
	_, err = m.TrainBatch(b)
	wants(err, "the batch has 10 rows")

	two := goodfit.Sequential(tensor.Shape{1, 1}, nn.GRU{Units: 2, Stateful: 2, ReturnSequences: true}, nn.LSTM{Units: 1, Stateful: 3})
	wants(two.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{}}), "Stateful for batches of 3 rows, and a layer before it for 2")
}

// An encoder reads a sequence into its states, from which a decoder, which sees
// nothing else, gives it back in reverse.
func TestEncoderAndDecoder(t *testing.T) {
	const rows, steps, units = 64, 3, 16
	var g goodfit.Graph
	code := g.Add(nn.As("encoder", nn.LSTM{Units: units, ReturnState: true}), g.Input("x", steps, 1))
	h, c := g.Add(nn.Slice{To: units}, code), g.Add(nn.Slice{From: units}, code)
	decoded := g.Add(nn.As("decoder", nn.LSTM{Units: units, ReturnSequences: true}), g.Input("blank", steps, 1), h, c)
	m := g.Model(g.Add(nn.As("y", nn.TimeDistributed{Layer: nn.Dense{Units: 1}}), decoded))
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.Adam{Rate: 0.02}, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	x, y := tensor.New(rows, steps, 1), tensor.New(rows, steps, 1)
	for i := range rows {
		for s := range steps {
			v := float32(2*r.IntN(2) - 1)
			x.Data()[i*steps+s], y.Data()[i*steps+steps-1-s] = v, v
		}
	}
	data := &datasets.Tensors{Inputs: []datasets.Array{{Name: "x", Tensor: x}, {Name: "blank", Tensor: tensor.New(rows, steps, 1)}},
		Targets: []datasets.Array{{Name: "y", Tensor: y}}}
	history, err := m.Fit(context.Background(), data, goodfit.Plan{Epochs: 60, BatchSize: 16})
	if err != nil {
		t.Fatal(err)
	}
	if loss := history.Last("loss"); loss > 0.05 { // 1 without the encoder's states
		t.Errorf("the loss is %.3f, want at most 0.05", loss)
	}
	if params := m.CountParams().Trainable; params != 2*(4*units*(1+units+1))+units+1 {
		t.Errorf("%d weights are trained", params)
	}
}

// Through many steps with weights above 1 gradients grow as a power; clipping
// keeps the update in bounds.
func TestClippingThroughTime(t *testing.T) {
	const rows, steps = 16, 60
	r := rand.New(rand.NewPCG(1, 3))
	x, y := tensor.New(rows, steps, 1), tensor.New(rows, 1)
	for i := range x.Data() {
		x.Data()[i] = float32(r.NormFloat64())
	}
	data := &datasets.Tensors{Inputs: []datasets.Array{{Tensor: x}}, Targets: []datasets.Array{{Tensor: y}}}
	fit := func(clip optim.Clip) ([]float64, error) {
		m := goodfit.Sequential(tensor.Shape{steps, 1},
			nn.SimpleRNN{Units: 4, Activation: act.LeakyReLU(1), RecurrentInit: nn.Identity(1.1)}, nn.Dense{Units: 1})
		if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.01, Clip: clip}, Seed: 1}); err != nil {
			t.Fatal(err)
		}
		h, err := m.Fit(context.Background(), data, goodfit.Plan{Epochs: 40})
		losses, _ := h.Get("loss")
		return losses, err
	}
	var diverged *goodfit.DivergedError
	if losses, err := fit(optim.Clip{}); !errors.As(err, &diverged) {
		t.Errorf("without clipping the losses are %g and the error %v, want a DivergedError", losses, err)
	}
	if losses, err := fit(optim.Clip{GlobalNorm: 1}); err != nil || !(slices.Min(losses) < losses[0]/100) {
		t.Errorf("with clipping the losses are %g and the error %v", losses, err)
	}
}

// Padding that an embedding finds is left out by what comes after it: a padded
// sequence has the prediction of the sequence alone, whichever way it is read.
func TestRecurrentLayersLeaveOutPadding(t *testing.T) {
	model := func(steps int, l nn.Layer) *goodfit.Model {
		t.Helper()
		m := goodfit.Sequential(tensor.Shape{steps}, nn.Embedding{Vocabulary: 5, Dim: 3, MaskZero: true}, nn.As("memory", l), nn.Dense{Units: 1})
		if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{}, Seed: 1}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, l := range []nn.Layer{nn.SimpleRNN{Units: 4}, nn.LSTM{Units: 4}, nn.GRU{Units: 4}, nn.GRU{Units: 4, ResetBefore: true},
		nn.LSTM{Units: 4, GoBackwards: true}, nn.Bidirectional{Layer: nn.GRU{Units: 4}}} {
		short, err := model(3, l).PredictTensors(tensor.Of([]float32{1, 4, 2}, 1, 3))
		if err != nil {
			t.Fatal(err)
		}
		for _, padded := range [][]float32{{1, 4, 2, 0, 0}, {0, 0, 1, 4, 2}, {0, 1, 4, 0, 2}} {
			long, err := model(5, l).PredictTensors(tensor.Of(padded, 1, 5))
			if err != nil {
				t.Fatal(err)
			}
			if long[0].Data()[0] != short[0].Data()[0] {
				t.Errorf("%T of %v gives %g, want %g as without padding", l, padded, long[0].Data()[0], short[0].Data()[0])
			}
		}
	}
}

// A stream is predicted piece by piece, each going on where the last one ended.
func ExampleModel_ResetState() {
	sum := nn.SimpleRNN{Units: 1, Activation: act.LeakyReLU(1), Init: nn.Ones, RecurrentInit: nn.Ones, Stateful: 1}
	model := goodfit.Sequential(tensor.Shape{2, 1}, sum)
	if err := model.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{}}); err != nil {
		fmt.Println(err)
		return
	}
	next := func(piece ...float32) {
		out, err := model.PredictTensors(tensor.Of(piece, 1, 2, 1))
		fmt.Println(out[0].Data(), err)
	}
	next(1, 2)
	next(3, 4)
	fmt.Println(model.ResetState())
	next(3, 4)
	// Output:
	// [3] <nil>
	// [10] <nil>
	// <nil>
	// [7] <nil>
}
