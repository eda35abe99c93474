package studies

import (
	"context"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strconv"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/plots"
)

// Env is what a study works with: seeds, repeats, and the place for what it
// finds. A study's own goroutine records; functions that run side by side return
// their values.
type Env struct {
	options Options
	out     *Outcome
}

// Quick reports whether a few repeats are asked for.
func (e *Env) Quick() bool { return e.options.Quick }

// Count returns the number of repeats to make where a full run makes the given
// number.
func (e *Env) Count(full int) int {
	switch {
	case e.options.Seeds > 0:
		return e.options.Seeds
	case e.options.Quick:
		return min(full, quickSeeds)
	}
	return full
}

// Seed returns the seed of a part of the study, named by the caller. Parts that
// are to be compared run by run share a name, and so their seeds.
func (e *Env) Seed(part string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(e.out.Name + "\x00" + part))
	return random.Derive(e.options.BaseSeed, h.Sum64())
}

// Repeats returns the repeats of a part: as many as [Env.Count] says, with seeds
// derived from that of the part.
func (e *Env) Repeats(part string, full int) experiments.Repeated {
	return experiments.Repeated{Seeds: e.Count(full), BaseSeed: e.Seed(part)}
}

// Evaluate trains a recipe as often as [Env.Count] says and scores it on both
// parts of the data.
func (e *Env) Evaluate(ctx context.Context, part string, full int, r goodfit.Recipe, train, test datasets.Source) (experiments.Runs, error) {
	return e.Repeats(part, full).Evaluate(ctx, r, train, test)
}

// Record adds results.
func (e *Env) Record(results ...Result) { e.out.Results = append(e.out.Results, results...) }

// Claim records a finding, whether it holds, and the numbers that show it, in the
// manner of fmt.Sprintf.
func (e *Env) Claim(text string, holds bool, evidence string, args ...any) {
	e.out.Claims = append(e.out.Claims, Claim{Text: text, Holds: holds, Evidence: fmt.Sprintf(evidence, args...)})
}

// Figure adds a figure, and writes it as NAME.png into the folder of the run, if
// there is one. Name begins with the study's.
func (e *Env) Figure(suffix, caption string, f plots.Figure) error {
	name := e.out.Name
	if suffix != "" {
		name += "-" + suffix
	}
	for _, d := range e.out.drawings {
		if d.Name == name {
			return fmt.Errorf("two figures are named %s", strconv.Quote(name))
		}
	}
	e.out.drawings = append(e.out.drawings, Drawing{Name: name, Caption: caption, Figure: f})
	if e.options.Dir == "" {
		return nil
	}
	path := filepath.Join(e.options.Dir, name+".png")
	if err := f.Save(path); err != nil {
		return fmt.Errorf("figure %s: %w", name, err)
	}
	e.out.Figures = append(e.out.Figures, path)
	return nil
}
