package pipeline

import (
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
)

// pipelineFile is the form of a pipeline in a file, besides its model.
type pipelineFile struct {
	Encoder          *datasets.Encoder
	Features, Target *datasets.Scaler
}

// Save writes the pipeline to a file, whole or not at all.
func (p *Pipeline) Save(path string) error {
	w := modelfile.New(modelfile.Pipeline, goodfit.Version)
	if err := w.JSON("pipeline.json", pipelineFile{p.Encoder, p.Features, p.Target}); err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	m, ok := p.Model.(*goodfit.Model)
	if !ok {
		return fmt.Errorf("save %s: a %T cannot be saved", path, p.Model)
	}
	if err := m.WriteParts(w.Sub("model"), goodfit.SaveOptions{}); err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	return w.Save(path)
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
	var f pipelineFile
	if err := r.JSON("pipeline.json", &f); err != nil {
		return nil, err
	}
	if f.Encoder == nil {
		return nil, fmt.Errorf("%s: the pipeline has no encoder", path)
	}
	m, err := goodfit.ReadParts(r.Sub("model"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	p := &Pipeline{Encoder: f.Encoder, Features: f.Features, Target: f.Target, Model: m}
	return p, p.check(path)
}

// check reports parts that do not fit each other.
func (p *Pipeline) check(path string) error {
	columns := len(p.Encoder.Columns())
	if p.Features != nil {
		if err := p.Features.Check(columns); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if p.Target != nil {
		if err := p.Target.Check(1); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}
