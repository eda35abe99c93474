package optim_test

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/optim"
)

// An optimizer is a plain value; the rule that it describes is made anew for each
// model.
func Example() {
	o := optim.SGD{Rate: 0.5, Momentum: 0.9}
	w := []float32{1, -2}
	s := o.Stepper(len(w))
	for step := 1; step <= 3; step++ {
		gradient := []float32{w[0], w[1]} // of w²/2
		s.Begin(step, o.Settings().Rate)
		s.Update(w, gradient, 0, len(w), optim.Adjust{Scale: 1})
		fmt.Printf("%.2f\n", w)
	}
	// Output:
	// [0.50 -1.00]
	// [-0.20 0.40]
	// [-0.73 1.46]
}

// A rate that warms up over 3 updates and then falls along a cosine.
func ExampleWarmUp() {
	s := optim.WarmUp{Over: 3, Then: optim.Cosine{Over: 4, Floor: 0.1}}
	for update := range 9 {
		fmt.Printf("%.3f ", s.Rate(0.1, optim.Time{Update: update}))
	}
	// Output:
	// 0.025 0.050 0.075 0.100 0.087 0.055 0.023 0.010 0.010
}

func ExampleMarshal() {
	o := optim.Adam{Rate: 0.01, Schedule: optim.Steps{Every: 30, PerEpoch: true}, Clip: optim.Clip{GlobalNorm: 1}}
	b, err := optim.Marshal(o)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(b))
	back, err := optim.Unmarshal(b)
	fmt.Println(back == optim.Optimizer(o), err)
	// Output:
	// {"type":"Adam","Rate":0.01,"Schedule":{"type":"Steps","Every":30,"PerEpoch":true},"Clip":{"GlobalNorm":1}}
	// true <nil>
}

func ExampleWithRate() {
	for _, rate := range []float64{0.1, 0.01} {
		o, err := optim.WithRate(optim.RMSprop{Momentum: 0.9}, rate)
		fmt.Printf("%+v %v\n", o, err)
	}
	// Output:
	// {Rate:0.1 Rho:unset Momentum:0.9 Epsilon:0 Centered:false Schedule:<nil> Clip:{Value:0 Norm:0 GlobalNorm:0}} <nil>
	// {Rate:0.01 Rho:unset Momentum:0.9 Epsilon:0 Centered:false Schedule:<nil> Clip:{Value:0 Norm:0 GlobalNorm:0}} <nil>
}

func ExampleOptimizer() {
	fmt.Println(optim.Adam{Rate: -1, Beta1: 1}.Check())
	// Output:
	// Adam.Rate is -1, want a number above 0
	// Adam.Beta1 is 1, want from 0 to below 1
}
