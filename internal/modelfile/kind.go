package modelfile

import (
	"regexp"
	"strings"
)

// Kind tells what a file holds.
type Kind string

// The kinds that goodfit writes.
const (
	Model      Kind = "model"
	Ensemble   Kind = "ensemble"
	Pipeline   Kind = "pipeline"
	Checkpoint Kind = "checkpoint"
)

var kindPattern = regexp.MustCompile(`^[a-z]{1,32}$`)

// remedy returns what to do with a file of this kind, or "".
func (k Kind) remedy() string {
	switch k {
	case Model:
		return "; load it with goodfit.Load"
	case Ensemble:
		return "; load it with ensembles.Load"
	case Pipeline:
		return "; load it with pipeline.Load"
	}
	return ""
}

// withArticle returns "a model", "an ensemble".
func (k Kind) withArticle() string {
	if strings.HasPrefix(string(k), "e") {
		return "an " + string(k)
	}
	return "a " + string(k)
}
