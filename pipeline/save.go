package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
)

// pipelineFile is the form of a pipeline in a file, besides its model. A scaler
// that the pipeline does not have is null.
type pipelineFile struct {
	Encoder, Features, Target json.RawMessage
}

// Save writes the pipeline to a file, whole or not at all. The same pipeline makes
// the same bytes. It fails if the model is not one of goodfit's own kinds.
func (p *Pipeline) Save(path string) error {
	w, err := p.writer()
	if err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	return w.Save(path)
}

func (p *Pipeline) writer() (*modelfile.Writer, error) {
	var f pipelineFile
	for _, part := range []struct {
		to   *json.RawMessage
		from any
	}{{&f.Encoder, p.Encoder}, {&f.Features, p.Features}, {&f.Target, p.Target}} {
		text, err := json.Marshal(part.from)
		if err != nil {
			return nil, err
		}
		*part.to = text
	}
	w := modelfile.New(modelfile.Pipeline, goodfit.Version)
	if err := w.JSON("pipeline.json", f); err != nil {
		return nil, err
	}
	if p.Calibration != nil {
		if err := w.JSON("calibration.json", *p.Calibration); err != nil {
			return nil, err
		}
	}
	return w, p.writeModel(w)
}

func (p *Pipeline) writeModel(w *modelfile.Writer) error {
	switch m := p.Model.(type) {
	case *goodfit.Model:
		return m.WriteParts(w.Sub("model"), goodfit.SaveOptions{})
	case *ensembles.Ensemble:
		return m.WriteParts(w.Sub("ensemble"))
	}
	return fmt.Errorf("a %T cannot be saved", p.Model)
}

// Load reads a pipeline that [Pipeline.Save] wrote. It fails on a file of another
// kind, and names the kind, and on one that is truncated or altered.
func Load(path string) (*Pipeline, error) {
	r, err := modelfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := r.Expect(modelfile.Pipeline); err != nil {
		return nil, err
	}
	p, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func read(r *modelfile.Reader) (*Pipeline, error) {
	var f pipelineFile
	if err := r.JSON("pipeline.json", &f); err != nil {
		return nil, err
	}
	p := &Pipeline{}
	if err := errors.Join(readPart("encoder", f.Encoder, &p.Encoder), readPart("features", f.Features, &p.Features),
		readPart("target", f.Target, &p.Target)); err != nil {
		return nil, err
	}
	if p.Encoder == nil {
		return nil, errors.New("pipeline.json: there is no encoder")
	}
	if r.Has("calibration.json") {
		p.Calibration = &Calibration{}
		if err := r.JSON("calibration.json", p.Calibration); err != nil {
			return nil, err
		}
	}
	if err := p.readModel(r); err != nil {
		return nil, err
	}
	return p, p.check()
}

func (p *Pipeline) readModel(r *modelfile.Reader) (err error) {
	if e := r.Sub("ensemble"); e.Has("ensemble.json") {
		p.Model, err = ensembles.ReadParts(e)
		return err
	}
	p.Model, err = goodfit.ReadParts(r.Sub("model"))
	return err
}

// readPart reads one part of pipeline.json; null or nothing leaves it nil.
func readPart[T any](name string, text json.RawMessage, to **T) error {
	if len(text) == 0 {
		return nil
	}
	if err := json.Unmarshal(text, to); err != nil {
		return fmt.Errorf("pipeline.json: %s: %w", name, err)
	}
	return nil
}

// check reports parts of a file that do not fit each other.
func (p *Pipeline) check() error {
	columns := len(p.Encoder.Columns())
	if p.Features != nil {
		if err := p.Features.Check(columns); err != nil {
			return fmt.Errorf("pipeline.json: features: %w", err)
		}
	}
	if p.Target != nil {
		if err := p.Target.Check(1); err != nil {
			return fmt.Errorf("pipeline.json: target: %w", err)
		}
		if p.Encoder.Task() == datasets.TaskClassification {
			return errors.New("pipeline.json: the classes of a classification are scaled")
		}
	}
	if p.Calibration != nil {
		if err := p.Calibration.check(); err != nil {
			return fmt.Errorf("calibration.json: %w", err)
		}
	}
	if e, ok := p.Model.(*ensembles.Ensemble); ok {
		return checkEnsemble(e, columns, p.outputCount())
	}
	return checkModel(p.Model.(*goodfit.Model), columns, p.outputCount())
}

// checkEnsemble reports members that take, or an ensemble that gives, other rows than
// the encoder means. Only a prediction tells what a combiner gives.
func checkEnsemble(e *ensembles.Ensemble, columns, outputs int) error {
	for i, m := range e.Members {
		if err := checkModel(m, columns, outputs); err != nil {
			return fmt.Errorf("member %d: %w", i, err)
		}
	}
	out, err := e.Predict(mat.NewDense(1, columns, nil))
	if err != nil {
		return err
	}
	if _, cols := out.Dims(); cols != outputs {
		return fmt.Errorf("the ensemble makes %d numbers of %d, want %d", cols, columns, outputs)
	}
	return nil
}

// checkModel reports a model that takes or gives other rows than the encoder means.
func checkModel(m *goodfit.Model, columns, outputs int) error {
	in, out := m.InputNames(), m.OutputNames()
	if len(in) != 1 || len(out) != 1 {
		return fmt.Errorf("the model has %d inputs and %d outputs, want 1 and 1", len(in), len(out))
	}
	first, err := m.Layer(in[0])
	if err != nil {
		return err
	}
	last, err := m.Layer(out[0])
	if err != nil {
		return err
	}
	if first.Output.Size() != columns || last.Output.Size() != outputs {
		return fmt.Errorf("the model makes %d numbers of %d, want %d of %d", last.Output.Size(), first.Output.Size(), outputs, columns)
	}
	return nil
}
