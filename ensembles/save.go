package ensembles

import (
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
)

// ensembleFile is the form of an ensemble in a file, besides its models.
type ensembleFile struct {
	Members  int
	Combiner Combiner
}

// holder is a combiner that has parts of its own in a file.
type holder interface {
	Combiner
	writeParts(w modelfile.PartWriter) error
	readParts(r modelfile.PartReader) (Combiner, error)
}

// Save writes the ensemble to a file, whole or not at all: members and combiner.
// The same ensemble makes the same bytes. It fails as [Ensemble.Check] does, and
// if a part is of a type that is not registered.
func (e *Ensemble) Save(path string) error {
	w := modelfile.New(modelfile.Ensemble, goodfit.Version)
	if err := e.WriteParts(w.PartWriter); err != nil {
		return fmt.Errorf("ensembles: save %s: %w", path, err)
	}
	return w.Save(path)
}

// Load reads an ensemble from a file that [Ensemble.Save] wrote: it predicts the
// same bits. It fails on a file of another kind, and names the kind, and on one
// that is truncated or altered.
func Load(path string) (*Ensemble, error) {
	r, err := modelfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := r.Expect(modelfile.Ensemble); err != nil {
		return nil, err
	}
	e, err := ReadParts(r.PartReader)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return e, nil
}

// WriteParts adds the ensemble to a file that holds more than one. It is for other
// packages of goodfit.
func (e *Ensemble) WriteParts(w modelfile.PartWriter) error {
	if err := e.Check(); err != nil {
		return err
	}
	f := ensembleFile{Members: len(e.Members), Combiner: e.combiner()}
	if err := w.JSON("ensemble.json", f, combiners); err != nil {
		return err
	}
	for i, m := range e.Members {
		if err := m.WriteParts(w.Sub(memberFolder(i)), goodfit.SaveOptions{}); err != nil {
			return fmt.Errorf("member %d: %w", i, err)
		}
	}
	if h, ok := f.Combiner.(holder); ok {
		return h.writeParts(w.Sub("combiner"))
	}
	return nil
}

// ReadParts reads an ensemble that [Ensemble.WriteParts] wrote. It is for other
// packages of goodfit.
func ReadParts(r modelfile.PartReader) (*Ensemble, error) {
	var f ensembleFile
	if err := r.JSON("ensemble.json", &f, combiners); err != nil {
		return nil, err
	}
	e := &Ensemble{Combiner: f.Combiner}
	for i := 0; i < f.Members; i++ { // a part that is missing ends a number that is too large
		m, err := goodfit.ReadParts(r.Sub(memberFolder(i)))
		if err != nil {
			return nil, fmt.Errorf("member %d: %w", i, err)
		}
		e.Members = append(e.Members, m)
	}
	if h, ok := f.Combiner.(holder); ok {
		c, err := h.readParts(r.Sub("combiner"))
		if err != nil {
			return nil, err
		}
		e.Combiner = c
	}
	return e, e.Check()
}

func memberFolder(i int) string { return fmt.Sprintf("members/%d", i) }
