package coach

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

// fit is what came of one training on one fold.
type fit struct {
	// Score is the deciding score, 0 if Fault says why there is none.
	Score float64 `json:"score"`
	// Work is in nominal seconds.
	Work     float64 `json:"work"`
	Diverged bool    `json:"diverged,omitempty"`
	Fault    string  `json:"fault,omitempty"`
	// History is that of a single model, for the diagnosis.
	History *curves.History `json:"history,omitempty"`
}

// journal is the fits made so far, by what they depend on: a run that goes on finds
// there what it has done before, and does the rest.
type journal struct {
	path string // "": none
	file journalFile
	new  bool // there are fits that are not in the file
}

type journalFile struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	// Of is a hash of the table and the options: another run's fits are of no use.
	Of   string         `json:"of"`
	Fits map[string]fit `json:"fits"`
}

const journalFormat = "goodfit-coach"

// mostJournal is the largest journal that is read, in bytes.
const mostJournal = 1 << 30

// openJournal reads the journal of a run, or begins one.
func openJournal(path, of string) (*journal, error) {
	j := &journal{path: path, file: journalFile{journalFormat, 1, of, map[string]fit{}}}
	if path == "" {
		return j, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var old journalFile
	if err := json.NewDecoder(io.LimitReader(f, mostJournal)).Decode(&old); err != nil {
		return nil, fmt.Errorf("%s: it is no journal of a coach, or damaged: %w; remove it to begin anew", path, err)
	}
	switch {
	case old.Format != journalFormat || old.Version != 1:
		return nil, fmt.Errorf("%s: it is no journal of this version's coach; remove it to begin anew", path)
	case old.Of != of:
		return nil, fmt.Errorf("%s: it is the journal of another table, recipe, seed or other options; remove it to begin anew", path)
	case old.Fits != nil:
		j.file.Fits = old.Fits
	}
	return j, nil
}

// save writes the journal, whole or not at all.
func (j *journal) save() error {
	if j.path == "" || !j.new {
		return nil
	}
	j.new = false
	return atomicfile.WriteFile(j.path, func(w io.Writer) error { return json.NewEncoder(w).Encode(j.file) })
}

func (j *journal) add(key string, f fit) { j.file.Fits[key], j.new = f, true }

// digest returns a hash of values as JSON.
func digest(values ...any) (string, error) {
	h := sha256.New()
	e := json.NewEncoder(h)
	for _, v := range values {
		if err := e.Encode(v); err != nil {
			var inner *json.MarshalerError
			if errors.As(err, &inner) {
				err = inner.Err
			}
			return "", fmt.Errorf("coach: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// digestTable returns a hash of a table's cells.
func digestTable(t *datasets.Table) (string, error) {
	h := sha256.New()
	err := t.WriteCSV(h)
	return hex.EncodeToString(h.Sum(nil)[:16]), err
}
