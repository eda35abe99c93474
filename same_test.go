package goodfit_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// trainings are fits whose results must be the same bits everywhere.
func trainings(t *testing.T) map[string]func() []float32 {
	fit := func(c goodfit.Config, layers []nn.Layer) func() []float32 {
		return func() []float32 {
			m := compiled(t, c, 2, layers...)
			if _, err := m.Fit(ctx, blobs(100, 1), goodfit.Plan{Epochs: 25, BatchSize: 24, Validation: blobs(40, 2),
				Callbacks: []goodfit.Callback{callbacks.ReduceOnPlateau{Patience: 2}, callbacks.EarlyStopping{Patience: 9, RestoreBest: true}}}); err != nil {
				t.Fatal(err)
			}
			return weightsOf(t, m)
		}
	}
	acts := func() (layers []nn.Layer) {
		for _, f := range act.All() {
			layers = append(layers, nn.Dense{Units: 5, Activation: f, Init: nn.LeCunNormal}, nn.LayerNorm{})
		}
		return append(layers, nn.PReLU{}, nn.Dense{Units: 3, Activation: act.Softmax})
	}
	all := map[string]func() []float32{
		"augmented":   augmentedTraining(t),
		"noise":       fit(noisy(optim.Adam{}), classifier()),
		"adam":        fit(crossEntropy(optim.Adam{Clip: optim.Clip{GlobalNorm: 1}}), classifier()),
		"activations": fit(crossEntropy(optim.SGD{Rate: 0.001, Momentum: 0.9, Nesterov: true}), acts()),
		"dead units":  fit(crossEntropy(optim.RMSprop{}), []nn.Layer{nn.Dense{Units: 40, Activation: act.ReLU, BiasInit: nn.Constant(-3)}, nn.Dense{Units: 3, Activation: act.Softmax}}),
	}
	all["recurrent"] = fit(crossEntropy(optim.Adam{}), []nn.Layer{nn.Reshape{Shape: tensor.Shape{2, 1}},
		nn.Bidirectional{Layer: nn.LSTM{Units: 6, ReturnSequences: true, Dropout: 0.1}}, nn.SimpleRNN{Units: 7, ReturnSequences: true},
		nn.GRU{Units: 9, RecurrentDropout: 0.2, ReturnSequences: true}, nn.GRU{Units: 5, ResetBefore: true}, nn.Dense{Units: 3, Activation: act.Softmax}})
	for _, o := range []optim.Optimizer{optim.Adagrad{}, optim.Adadelta{Rate: 1}, optim.Adamax{}, optim.Nadam{}, optim.AdamW{AMSGrad: true},
		optim.RMSprop{Centered: true, Momentum: 0.5}, optim.SGD{Schedule: optim.OneCycle{}, Clip: optim.Clip{Norm: 0.1, Value: 0.05}}} {
		all[fmt.Sprintf("%T", o)] = fit(crossEntropy(o), classifier())
	}
	return all
}

// augmentedTraining mixes rows that have jitter.
func augmentedTraining(t *testing.T) func() []float32 {
	return func() []float32 {
		rows, err := blobs(100, 1).OneHotTargets()
		if err != nil {
			t.Fatal(err)
		}
		jittered, err := datasets.Jitter{Std: 0.1}.Of(rows)
		if err != nil {
			t.Fatal(err)
		}
		mixed, err := datasets.Mixup{}.Of(jittered)
		if err != nil {
			t.Fatal(err)
		}
		m := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
		if _, err := m.Fit(ctx, mixed, goodfit.Plan{Epochs: 5, BatchSize: 24}); err != nil {
			t.Fatal(err)
		}
		return weightsOf(t, m)
	}
}

func hashOf(x []float32) uint64 {
	h := fnv.New64a()
	for _, v := range x {
		b := math.Float32bits(v)
		h.Write([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)})
	}
	return h.Sum64()
}

// TestSameBitsAsRecorded compares with hashes that testdata/hashes.txt keeps, so
// that every build (amd64 at any level, purego, arm64) is held to the same. Run
// with GOODFIT_RECORD=1 to record on purpose, and say why in CHANGELOG.md.
func TestSameBitsAsRecorded(t *testing.T) {
	path := filepath.Join("testdata", "hashes.txt")
	if os.Getenv("GOODFIT_RECORD") != "" {
		record(t, path)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, seen := trainings(t), 0
	for {
		var name string
		var want uint64
		if _, err := fmt.Fscanf(f, "%q %x\n", &name, &want); err != nil {
			break
		}
		seen++
		if all[name] == nil {
			t.Errorf("%s: no such training", name)
			continue
		}
		if got := hashOf(all[name]()); got != want {
			t.Errorf("%s: weights hash to %x, want %x", name, got, want)
		}
	}
	if seen != len(all) {
		t.Errorf("%s has %d hashes, want %d", path, seen, len(all))
	}
}

func record(t *testing.T, path string) {
	var text []byte
	all := trainings(t)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	for i := range names {
		for j := i; j > 0 && names[j] < names[j-1]; j-- {
			names[j], names[j-1] = names[j-1], names[j]
		}
	}
	for _, name := range names {
		text = fmt.Appendf(text, "%q %x\n", name, hashOf(all[name]()))
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSameBitsAtEveryLevel(t *testing.T) {
	train := trainings(t)["adam"]
	want := train()
	for _, level := range kernel.Levels() {
		restore := kernel.Use(level)
		got := train()
		restore()
		sameBits(t, level.String(), got, want)
	}
}

// TestSameBitsOnAnyThreads trains a net wide enough for its products to be split.
func TestSameBitsOnAnyThreads(t *testing.T) {
	if testing.Short() {
		t.Skip("a wide net; the long suite runs it")
	}
	train := func() []float32 {
		m := compiled(t, crossEntropy(optim.Adam{}), 2, nn.Dense{Units: 300, Activation: act.ReLU}, nn.Dense{Units: 310, Activation: act.Tanh},
			nn.BatchNorm{}, nn.Dense{Units: 3, Activation: act.Softmax})
		if _, err := m.Fit(ctx, blobs(600, 1), goodfit.Plan{Epochs: 2, BatchSize: 200}); err != nil {
			t.Fatal(err)
		}
		return weightsOf(t, m)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := train()
	for _, n := range []int{2, 3, 7} {
		runtime.GOMAXPROCS(n)
		sameBits(t, fmt.Sprint(n, " threads"), train(), want)
	}
}

// TestSameBitsAfterResume stops a fit after every epoch, between and inside
// epochs, and lets a new model go on from the backup.
func TestSameBitsAfterResume(t *testing.T) {
	const epochs = 9
	config := crossEntropy(optim.Adam{Rate: 0.01, Schedule: optim.Cosine{}})
	config.Accumulate = 2
	fit := func(ctx context.Context, path string, more ...goodfit.Callback) (*goodfit.Model, []float64, error) {
		m := compiled(t, config, 2, classifier()...)
		list := append([]goodfit.Callback{
			callbacks.ReduceOnPlateau{Patience: 1, Factor: 0.5},
			callbacks.EarlyStopping{Patience: 5, RestoreBest: true, Baseline: opt.Float(2)},
		}, more...)
		h, err := m.Fit(ctx, blobs(70, 1), goodfit.Plan{Epochs: epochs, BatchSize: 16, Validation: blobs(40, 2),
			Callbacks: append(list, callbacks.Backup{Path: path})})
		loss, _ := h.Get("val_loss")
		return m, loss, err
	}
	hooks := callbacks.Hooks{OnBatchEnd: func(*goodfit.Run) error { return nil }}
	whole, wantLoss, err := fit(ctx, filepath.Join(t.TempDir(), "state"), hooks)
	if err != nil {
		t.Fatal(err)
	}
	for stopAt := range wantLoss {
		path := filepath.Join(t.TempDir(), "state")
		stopping, cancel := context.WithCancel(ctx)
		stop := callbacks.Hooks{OnBatchEnd: func(r *goodfit.Run) error {
			if r.Epoch == stopAt && r.Batch == stopAt%3 {
				cancel()
			}
			return nil
		}}
		if _, _, err := fit(stopping, path, stop); err == nil {
			t.Fatalf("stop %d: the fit was not stopped", stopAt)
		}
		m, loss, err := fit(ctx, path, hooks)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, fmt.Sprint("stopped in epoch ", stopAt), weightsOf(t, m), weightsOf(t, whole))
		if fmt.Sprint(loss) != fmt.Sprint(wantLoss) {
			t.Errorf("stopped in epoch %d: val_loss %v, want %v", stopAt, loss, wantLoss)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Error("the backup is still there after a whole fit")
		}
	}
}

func TestResumeRefusesAnotherFit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	fit := func(c goodfit.Config, size int) error {
		m := compiled(t, c, 2, classifier()...)
		_, err := m.Fit(ctx, blobs(70, 1), goodfit.Plan{Epochs: 2, BatchSize: size, Callbacks: []goodfit.Callback{callbacks.Backup{Path: path, Keep: true}}})
		return err
	}
	if err := fit(crossEntropy(optim.SGD{}), 16); err != nil {
		t.Fatal(err)
	}
	other := crossEntropy(optim.SGD{})
	other.Loss = losses.CrossEntropy{LabelSmoothing: 0.1}
	if fit(other, 16) == nil || fit(crossEntropy(optim.SGD{}), 17) == nil || fit(crossEntropy(optim.SGD{Rate: 0.02}), 16) == nil {
		t.Error("a state of another configuration was taken")
	}
}

func TestWrappingChangesNoMask(t *testing.T) {
	d := blobs(40, 1)
	outer := func(layers ...nn.Layer) []float32 {
		m := compiled(t, crossEntropy(optim.SGD{}), 2, layers...)
		if err := m.Freeze("hidden"); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Fit(ctx, d, goodfit.Plan{Epochs: 2}); err != nil {
			t.Fatal(err)
		}
		w, err := m.Weights("out")
		if err != nil {
			t.Fatal(err)
		}
		return w["kernel"].Data()
	}
	m := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
	if err := m.Add(nn.As("more", nn.Activation{})); err != nil {
		t.Fatal(err)
	}
	if err := m.Pop(); err != nil {
		t.Fatal(err)
	}
	if err := m.Compile(crossEntropy(optim.SGD{})); err != nil {
		t.Fatal(err)
	}
	if err := m.Freeze("hidden"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Fit(ctx, d, goodfit.Plan{Epochs: 2}); err != nil {
		t.Fatal(err)
	}
	w, _ := m.Weights("out")
	sameBits(t, "after adding and popping a layer", w["kernel"].Data(), outer(classifier()...))
}
