// Package all lists the playbook's studies.
package all

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/studies/generalization"
	"github.com/goodfit-ml/goodfit/studies/learning"
	"github.com/goodfit-ml/goodfit/studies/prediction"
)

// Studies returns all studies in the order of the chapters.
func Studies() []studies.Study {
	return slices.Concat(learning.Studies(), generalization.Studies(), prediction.Studies())
}

// Find returns the studies of the given names, each once, in the order of the
// names. A study answers to its own name and to the ids of its cases. It fails on
// an unknown name, and lists those that begin like it.
func Find(names ...string) ([]studies.Study, error) {
	var found []studies.Study
	all := Studies()
	for _, name := range names {
		i := slices.IndexFunc(all, func(s studies.Study) bool { return s.Name == name })
		if i < 0 {
			i = slices.IndexFunc(all, func(s studies.Study) bool { return slices.Contains(s.Cases, name) })
		}
		if i < 0 {
			return nil, fmt.Errorf("there is no study %q%s", name, alike(all, name))
		}
		if !slices.ContainsFunc(found, func(s studies.Study) bool { return s.Name == all[i].Name }) {
			found = append(found, all[i])
		}
	}
	return found, nil
}

// alike lists the studies of the name's chapter.
func alike(all []studies.Study, name string) string {
	chapter, _, _ := strings.Cut(name, "-")
	var names []string
	for _, s := range all {
		if strings.HasPrefix(s.Name, chapter+"-") {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return "; study list shows all"
	}
	return "; of that chapter there are " + strings.Join(names, ", ")
}

// resultsHead begins the page of results.
const resultsHead = `# The playbook's numbers and ours

Every number that the case studies of *Better Deep Learning* (Brownlee, 2019) report, beside ours: mean ± standard deviation over n runs with different seeds. The book's numbers come from one run each unless it says otherwise. Where they differ, a letter leads to the reason. Below each table is what the study claims, with its evidence.

This page is written by ` + "`go run ./cmd/goodfit study run --all --results docs/results.md`" + `, which gives the same bytes on every machine; a test compares.
`

// WriteResults writes the page of results in docs: outcomes of all studies as
// Markdown.
func WriteResults(w io.Writer, outcomes []*studies.Outcome) error {
	if _, err := io.WriteString(w, resultsHead); err != nil {
		return err
	}
	return studies.WriteMarkdown(w, outcomes)
}
