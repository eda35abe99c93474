// Package all lists the playbook's studies.
package all

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/studies/learning"
)

// Studies returns all studies in the order of the chapters.
func Studies() []studies.Study { return learning.Studies() }

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
