package generalization

import (
	"context"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/tensor"
)

// problem is data to train with, the book's test rows, and 2,000 fresh rows of the
// same distribution, on which accuracy is that of the network and not of 70 rows.
type problem struct {
	train, test, fresh *datasets.Dataset
}

func freshMoons() (p problem) {
	p.train, p.test = moons()
	p.fresh = datasets.Moons{Samples: 2000, Noise: 0.2, Seed: 2}.Make()
	return p
}

func freshCircles() (p problem) {
	p.train, p.test = circles()
	p.fresh = datasets.Circles{Samples: 2000, Noise: 0.1, Seed: 2}.Make()
	return p
}

// variant is one of several networks that a study compares.
type variant struct {
	name   string
	recipe goodfit.Recipe
}

// scores are what one training of a variant came to.
type scores struct {
	train, test, fresh float64   // accuracy
	norms              []float64 // of the kernels, in the order of the layers
	units              []float64 // norms of the incoming weights of the hidden units
	small              float64   // share of the weights of the hidden kernel within 0.01 of zero
	zeros, activation  float64   // share of the hidden outputs that are zero on the training rows, and the outputs' mean
}

// trainings are those of one variant, by seed.
type trainings []scores

// of lists one number of every training.
func (t trainings) of(what func(scores) float64) []float64 {
	values := make([]float64, len(t))
	for i, s := range t {
		values[i] = what(s)
	}
	return values
}

func onTrain(s scores) float64 { return s.train }
func onTest(s scores) float64  { return s.test }
func onFresh(s scores) float64 { return s.fresh }

// kernelNorm is the Euclidean norm of the hidden layer's kernel as a whole.
func kernelNorm(s scores) float64 { return s.norms[0] }

// trainings fits a recipe to the training rows, once per seed, and scores it.
func (p problem) trainings(ctx context.Context, env *studies.Env, part string, repeats int, r goodfit.Recipe) (trainings, error) {
	seeds := env.Repeats(part, repeats)
	found := make(trainings, seeds.Seeds)
	err := seeds.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		m, _, err := r.Fit(ctx, p.train, nil, seed)
		if err != nil {
			return err
		}
		found[i], err = p.score(m)
		return err
	})
	return found, err
}

// score measures a trained network.
func (p problem) score(m *goodfit.Model) (s scores, err error) {
	for _, part := range []struct {
		data     *datasets.Dataset
		accuracy *float64
	}{{p.train, &s.train}, {p.test, &s.test}, {p.fresh, &s.fresh}} {
		on, err := m.Evaluate(part.data)
		if err != nil {
			return s, err
		}
		*part.accuracy, _ = on.Get(metrics.Accuracy{})
	}
	for _, l := range m.Layers() {
		if l.Layer == nil || len(l.Params) == 0 {
			continue
		}
		w, err := m.Weights(l.Name)
		if err != nil {
			return s, err
		}
		if len(s.norms) == 0 {
			s.units, s.small = unitNorms(w["kernel"]), smallShare(w["kernel"])
		}
		s.norms = append(s.norms, norm(w["kernel"].Data()))
	}
	s.zeros, s.activation, err = p.sparsity(m)
	return s, err
}

// sparsity measures what the output layer reads on the training rows: the share of
// zeros, and the mean.
func (p problem) sparsity(m *goodfit.Model) (zeros, mean float64, err error) {
	out, err := p.hiddenOutputs(m)
	if err != nil {
		return 0, 0, err
	}
	for _, v := range out.Data() {
		if v == 0 {
			zeros++
		}
		mean += float64(v)
	}
	n := float64(len(out.Data()))
	return zeros / n, mean / n, nil
}

// hiddenOutputs is what the output layer reads on the training rows.
func (p problem) hiddenOutputs(m *goodfit.Model) (*tensor.Tensor, error) {
	layers := m.Layers()
	out, err := m.Activations([]*tensor.Tensor{tensor.FromMatrix(p.train.X)}, layers[len(layers)-2].Name)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// compare trains the variants with the same seeds and records how accurate they
// are and how large their hidden weights.
func (p problem) compare(ctx context.Context, env *studies.Env, repeats int, variants ...variant) ([]trainings, error) {
	all := make([]trainings, len(variants))
	for k, v := range variants {
		t, err := p.trainings(ctx, env, "", repeats, v.recipe)
		if err != nil {
			return nil, err
		}
		all[k] = t
		env.Record(studies.Measured("test accuracy, "+v.name, t.of(onTest)),
			studies.Measured("accuracy on 2,000 fresh rows, "+v.name, t.of(onFresh)),
			studies.Measured("norm of the hidden kernel, "+v.name, t.of(kernelNorm)))
	}
	return all, nil
}

// gain is the mean and the standard deviation of b − a over trainings with the same
// seeds.
func gain(a, b trainings, what func(scores) float64) (mean, sd float64) {
	difference := b.of(what)
	for i, v := range a.of(what) {
		difference[i] -= v
	}
	return studies.Mean(difference), studies.SD(difference)
}

// norm is the Euclidean norm of all values.
func norm(values []float32) float64 {
	sum := 0.0
	for _, v := range values {
		sum += float64(float64(v) * float64(v))
	}
	return math.Sqrt(sum)
}

// smallShare is the share of values within 0.01 of zero.
func smallShare(t *tensor.Tensor) float64 {
	n := 0
	for _, v := range t.Data() {
		if math.Abs(float64(v)) < 0.01 {
			n++
		}
	}
	return float64(n) / float64(len(t.Data()))
}

// unitNorms are the Euclidean norms of the columns of a matrix: of the incoming
// weights of each unit.
func unitNorms(kernel *tensor.Tensor) []float64 {
	units := kernel.Shape().Last()
	sums := make([]float64, units)
	for i, v := range kernel.Data() {
		sums[i%units] += float64(float64(v) * float64(v))
	}
	for k, sum := range sums {
		sums[k] = math.Sqrt(sum)
	}
	return sums
}

// normStep is the number of epochs between two norms of [normPaths].
const normStep = 100

// normPaths are the norms of the hidden kernel over the epochs, at every normStep,
// of one training per seed.
func (p problem) normPaths(ctx context.Context, env *studies.Env, repeats int, r goodfit.Recipe) ([][]float64, error) {
	seeds := env.Repeats("", repeats)
	paths := make([][]float64, seeds.Seeds)
	err := seeds.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		own := r
		own.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
			if (run.Epoch+1)%normStep != 0 {
				return nil
			}
			w, err := run.Model().Weights(run.Model().Layers()[1].Name)
			if err == nil {
				paths[i] = append(paths[i], norm(w["kernel"].Data()))
			}
			return err
		}}}
		_, _, err := own.Fit(ctx, p.train, nil, seed)
		return err
	})
	return paths, err
}

// penalized is the wide hidden layer with a penalty on its weights.
func penalized(p nn.Penalty) nn.Dense {
	layer := hidden()
	layer.Penalty = p
	return layer
}

// history is a short name of what studies look into.
type history = curves.History
