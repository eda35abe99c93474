package nn_test

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// A description is checked against the shape of its input, says what is wrong,
// and can be stored.
func Example() {
	layer := nn.Dense{Units: 25, Activation: act.ReLU, Init: nn.HeNormal, Constraint: nn.MaxNorm(3)}
	op, err := layer.Build([]tensor.Shape{{2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range op.Params() {
		fmt.Println(p.Name, p.Shape, p.Init, p.Constraint)
	}

	_, err = nn.Dropout{Rate: 1.2}.Build([]tensor.Shape{{25}})
	fmt.Println(err)

	text, err := nn.MarshalLayer(layer)
	fmt.Println(string(text), err)
	// Output:
	// kernel (2×25) he_normal max_norm(3)
	// bias (25) zeros none
	// Rate is 1.2, want at least 0 and below 1
	// {"type":"Dense","Units":25,"Activation":"relu","Init":"he_normal","Constraint":"max_norm(3)"} <nil>
}

func ExampleInit() {
	for _, i := range []nn.Init{nn.HeNormal, nn.Uniform(-0.05, 0.05), nn.VarianceScaling(2, nn.FanAverage, nn.DrawUniform)} {
		back, err := nn.ParseInit(i.String())
		fmt.Println(i, back == i, err)
	}
	// Output:
	// he_normal true <nil>
	// uniform(-0.05, 0.05) true <nil>
	// variance_scaling(2, fan_avg, uniform) true <nil>
}

// A unit's weights are a column: the first has norm 5, the second 0.5.
func ExampleConstraint_Apply() {
	kernel := []float32{
		3, 0.3,
		4, 0.4,
	}
	nn.MaxNorm(2.5).Apply(kernel, tensor.Shape{2, 2})
	fmt.Println(kernel)
	// Output: [1.5 0.3 2 0.4]
}
