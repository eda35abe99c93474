package coach

import (
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// own returns a recipe that shares no list with r.
func own(r pipeline.Recipe) pipeline.Recipe {
	r.Train.Input = slices.Clone(r.Train.Input)
	r.Train.Layers = slices.Clone(r.Train.Layers)
	r.Train.Config.Metrics = slices.Clone(r.Train.Config.Metrics)
	r.Train.Plan.Callbacks = slices.Clone(r.Train.Plan.Callbacks)
	r.Train.Plan.ClassWeights = slices.Clone(r.Train.Plan.ClassWeights)
	return r
}

// unnamed returns the layer inside nn.As.
func unnamed(l nn.Layer) nn.Layer {
	for {
		n, ok := l.(nn.Named)
		if !ok {
			return l
		}
		l = n.Layer
	}
}

// renamed returns new under the name that old has.
func renamed(old, new nn.Layer) nn.Layer {
	if n, ok := old.(nn.Named); ok {
		return nn.As(n.Name, new)
	}
	return new
}

// hidden returns the places of the hidden layers: each Dense but the last.
func hidden(layers []nn.Layer) []int {
	var all []int
	for i, l := range layers {
		if _, ok := unnamed(l).(nn.Dense); ok {
			all = append(all, i)
		}
	}
	return all[:max(len(all)-1, 0)]
}

// output returns the place of the last Dense, −1 if there is none.
func output(layers []nn.Layer) int {
	for i := len(layers) - 1; i >= 0; i-- {
		if _, ok := unnamed(layers[i]).(nn.Dense); ok {
			return i
		}
	}
	return -1
}

// units returns the sizes of the hidden layers.
func units(r pipeline.Recipe) []int {
	var all []int
	for _, i := range hidden(r.Train.Layers) {
		all = append(all, unnamed(r.Train.Layers[i]).(nn.Dense).Units)
	}
	return all
}

// eachDense returns a copy of the recipe whose Dense layers are changed: the hidden
// ones, and the output too if withOutput.
func eachDense(r pipeline.Recipe, withOutput bool, change func(*nn.Dense)) pipeline.Recipe {
	r = own(r)
	places := hidden(r.Train.Layers)
	if k := output(r.Train.Layers); withOutput && k >= 0 {
		places = append(places, k)
	}
	for _, i := range places {
		d := unnamed(r.Train.Layers[i]).(nn.Dense)
		change(&d)
		r.Train.Layers[i] = renamed(r.Train.Layers[i], d)
	}
	return r
}

// without returns a copy of the recipe without the layers that drop holds of.
func without(r pipeline.Recipe, drop func(nn.Layer) bool) pipeline.Recipe {
	r = own(r)
	r.Train.Layers = slices.DeleteFunc(r.Train.Layers, func(l nn.Layer) bool { return drop(unnamed(l)) })
	return r
}

// behindHidden returns a copy of the recipe with a layer behind each hidden layer
// and what stands there already.
func behindHidden(r pipeline.Recipe, layer nn.Layer) pipeline.Recipe {
	r = own(r)
	var layers []nn.Layer
	open := false // a hidden layer was seen, and its place is not filled
	last := output(r.Train.Layers)
	for i, l := range r.Train.Layers {
		if _, ok := unnamed(l).(nn.Dense); ok {
			if open {
				layers = append(layers, layer)
			}
			open = i < last
		}
		layers = append(layers, l)
	}
	r.Train.Layers = layers
	return r
}

// rightBehindHidden returns a copy of the recipe with a layer directly behind each
// hidden layer.
func rightBehindHidden(r pipeline.Recipe, layer nn.Layer) pipeline.Recipe {
	r = own(r)
	places := hidden(r.Train.Layers)
	slices.Reverse(places)
	for _, i := range places {
		r.Train.Layers = slices.Insert(r.Train.Layers, i+1, layer)
	}
	return r
}

// has reports whether one of the layers is of a type.
func has[T nn.Layer](r pipeline.Recipe) bool {
	return slices.ContainsFunc(r.Train.Layers, func(l nn.Layer) bool {
		_, ok := unnamed(l).(T)
		return ok
	})
}

// is reports whether a layer is of a type.
func is[T nn.Layer](l nn.Layer) bool {
	_, ok := l.(T)
	return ok
}

// activation returns that of the first hidden layer, act.Linear where there is none.
func activation(r pipeline.Recipe) act.Func {
	for _, i := range hidden(r.Train.Layers) {
		return unnamed(r.Train.Layers[i]).(nn.Dense).Activation
	}
	return act.Linear
}

// initFor returns the initializer that suits an activation: Glorot for saturating
// ones, LeCun for SELU, He for the ReLU family.
func initFor(f act.Func) nn.Init {
	switch f {
	case act.Sigmoid, act.Tanh, act.Softsign, act.HardSigmoid:
		return nn.GlorotUniform
	case act.SELU:
		return nn.LeCunNormal
	}
	return nn.HeNormal
}

// stopping returns the early stopping of a recipe, and whether it has one.
func stopping(r pipeline.Recipe) (callbacks.EarlyStopping, bool) {
	for _, c := range r.Train.Plan.Callbacks {
		if e, ok := c.(callbacks.EarlyStopping); ok {
			return e, true
		}
	}
	return callbacks.EarlyStopping{}, false
}

// withCallback returns a copy of the recipe with a callback in the place of those
// of its type; without, it has none of the type.
func withCallback[T goodfit.Callback](r pipeline.Recipe, c T, without bool) pipeline.Recipe {
	r = own(r)
	r.Train.Plan.Callbacks = slices.DeleteFunc(r.Train.Plan.Callbacks, func(c goodfit.Callback) bool {
		_, ok := c.(T)
		return ok
	})
	if !without {
		r.Train.Plan.Callbacks = append(r.Train.Plan.Callbacks, c)
	}
	return r
}
