package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/report"
)

// besideRecipe are the flags that go with --recipe: it says all the others.
var besideRecipe = []string{"target", "out", "seed", "separator", "decimal-comma", "category", "json", "quiet", "recipe"}

// prepareRecipe makes the training of --recipe ready.
func (j *fitJob) prepareRecipe(table *datasets.Table) error {
	if err := j.flags.checkBeside(); err != nil {
		return err
	}
	r, err := pipeline.ReadRecipe(j.flags.recipe)
	if err != nil {
		return err
	}
	if !j.flags.flags.Changed("seed") {
		j.flags.seed = r.Seed()
	}
	j.kind = kindOf(r.Ensemble)
	r.Train.Plan.Callbacks = append(r.Train.Plan.Callbacks, j.callbacks()...)
	j.training, err = pipeline.PrepareRecipe(table, j.flags.target, r, j.flags.seed)
	return err
}

// checkBeside refuses flags that say what a recipe says.
func (f *fitFlags) checkBeside() error {
	var wrong string
	allowed := map[string]bool{}
	for _, name := range besideRecipe {
		allowed[name] = true
	}
	f.flags.Visit(func(flag *pflag.Flag) {
		if !allowed[flag.Name] && wrong == "" {
			wrong = flag.Name
		}
	})
	if wrong != "" {
		return fmt.Errorf("--%s does not go with --recipe, which says it", wrong)
	}
	return nil
}

// kindOf returns what names an ensemble of a recipe; nil of a single model.
func kindOf(m ensembles.Method) *ensembleKind {
	if m == nil {
		return nil
	}
	name := typeName(m)
	for i, k := range ensembleKinds {
		if typeName(k.method(ensembleOptions{})) == name {
			return &ensembleKinds[i]
		}
	}
	return &ensembleKind{name: strings.ToLower(name)}
}

// recipeSettings are the values of a recipe.
func recipeSettings(r *pipeline.Result) []report.Fact {
	c, p := r.Recipe.Config, r.Recipe.Plan
	facts := []report.Fact{
		{Name: "optimizer", Value: fmt.Sprintf("%s %+v", typeName(c.Optimizer), c.Optimizer)},
		{Name: "most epochs", Value: fmt.Sprint(p.Epochs)}, {Name: "batch size", Value: fmt.Sprint(p.BatchSize)},
		{Name: "validation share", Value: r.Options.Validation.String()}, {Name: "test share", Value: r.Options.Test.String()},
	}
	for i, l := range r.Recipe.Layers {
		if text, err := nn.MarshalLayer(l); err == nil {
			facts = append(facts, report.Fact{Name: fmt.Sprintf("layer %d", i+1), Value: string(text)})
		}
	}
	if m := r.Options.Ensemble; m != nil {
		facts = append(facts, report.Fact{Name: "ensemble", Value: fmt.Sprintf("%s %+v", typeName(m), m)})
	}
	return facts
}
