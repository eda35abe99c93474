package coach

import (
	"fmt"
	"reflect"

	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

var schedule = Technique{
	Name: "schedule", Title: "A rate that falls", Area: Learning, Chapter: 5,
	Guidance: "Lowering the rate over time is probably best practice: large changes early, fine-tuning late, since the noise of minibatches does not vanish at a minimum.",
	Propose: func(s *Situation) (string, []Change) {
		if s.Recipe.Train.Config.Optimizer.Settings().Schedule != nil {
			return "", nil
		}
		why := "the rate stays the same to the end, so the weights never settle"
		if s.found(curves.HighVariance) {
			why = "the scores swing late in training, where smaller steps would settle them"
		}
		_, best := s.epochs()
		var changes []Change
		if _, ok := stopping(s.Recipe); ok {
			changes = append(changes, Change{"the rate is divided by 3 after 8 epochs without a better validation loss",
				withCallback(s.Recipe, callbacks.ReduceOnPlateau{Factor: 1.0 / 3, Patience: 8}, false)})
		}
		if best >= 10 {
			if r, ok := withSchedule(s.Recipe, optim.Cosine{Floor: 0.01}); ok {
				r.Train.Plan.Epochs = min(max(2*best, 40), max(s.Recipe.Train.Plan.Epochs, 40))
				changes = append(changes, Change{fmt.Sprintf("the rate falls to a hundredth along half a cosine over %d epochs", r.Train.Plan.Epochs), r})
			}
		}
		return why, changes
	},
}

// withSchedule returns a copy of the recipe with a schedule; false if the optimizer
// has no field for one.
func withSchedule(r pipeline.Recipe, schedule optim.Schedule) (pipeline.Recipe, bool) {
	o, ok := withField(r.Train.Config.Optimizer, "Schedule", schedule)
	if !ok {
		return r, false
	}
	r = own(r)
	r.Train.Config.Optimizer = o
	return r, true
}

// withField returns a copy of an optimizer with another value in a field that most
// have; false if it has none of the name that takes the value.
func withField(o optim.Optimizer, name string, value any) (optim.Optimizer, bool) {
	t := reflect.TypeOf(o)
	if t == nil || t.Kind() != reflect.Struct {
		return o, false
	}
	v := reflect.New(t).Elem()
	v.Set(reflect.ValueOf(o))
	f := v.FieldByName(name)
	if !f.IsValid() || !f.CanSet() || !reflect.TypeOf(value).AssignableTo(f.Type()) {
		return o, false
	}
	f.Set(reflect.ValueOf(value))
	return v.Interface().(optim.Optimizer), true
}
