package studies

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Study is a question and the program that answers it.
type Study struct {
	// Name is the id of the case that the study is about, such as
	// "ch05-momentum-sweep".
	Name  string `json:"name"`
	Title string `json:"title"`
	// Chapter is the book's, 0 for the introduction.
	Chapter  int    `json:"chapter"`
	Question string `json:"question"`
	// Cases are the ids of all cases that the study covers, its own included.
	Cases []string `json:"cases"`
	// Run trains and records what it finds in env.
	Run func(ctx context.Context, env *Env) error `json:"-"`
}

// Options say how studies run.
type Options struct {
	// Quick makes a few repeats in place of many.
	Quick bool
	// Seeds is the number of repeats of whatever a study repeats; 0 leaves it to
	// the study, usually 30, and 8 in quick mode.
	Seeds int
	// BaseSeed is what all seeds are derived from. Data have the book's seeds.
	BaseSeed uint64
	// Dir is the folder that figures are written to, made if it does not exist. ""
	// writes none.
	Dir string
}

// quickSeeds is the number of repeats in quick mode.
const quickSeeds = 8

// Run runs a study. It fails if training does or a figure cannot be drawn;
// claims that do not hold are no error. The outcome so far is returned with the
// error.
func Run(ctx context.Context, s Study, o Options) (*Outcome, error) {
	start := time.Now()
	out := &Outcome{Study: s, Claims: []Claim{}, Results: []Result{}, Figures: []string{}}
	err := prepare(s, o)
	if err == nil {
		err = s.Run(ctx, &Env{options: o, out: out})
	}
	out.Seconds = time.Since(start).Seconds()
	if err != nil {
		return out, fmt.Errorf("study %s: %w", s.Name, err)
	}
	return out, nil
}

func prepare(s Study, o Options) error {
	if o.Seeds < 0 {
		return fmt.Errorf("seeds is %d, want at least 1", o.Seeds)
	}
	if s.Run == nil {
		return errors.New("there is nothing to run")
	}
	if o.Dir == "" {
		return nil
	}
	return os.MkdirAll(filepath.Clean(o.Dir), 0o777)
}
