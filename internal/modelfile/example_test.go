package modelfile_test

import (
	"bytes"
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/modelfile"
)

func Example() {
	type settings struct{ Units int }

	w := modelfile.New(modelfile.Ensemble, "0.1.0")
	for i := range 2 {
		member := w.Sub(fmt.Sprintf("members/%d", i))
		if err := member.JSON("settings.json", settings{Units: 3 + i}); err != nil {
			fmt.Println(err)
		}
		kernel := modelfile.Tensor{Name: "kernel", Shape: []int{2}, Data: []float32{1, 2}}
		if err := member.Tensors("weights.safetensors", []modelfile.Tensor{kernel}, nil); err != nil {
			fmt.Println(err)
		}
	}
	var file bytes.Buffer // or w.Save(path)
	if err := w.Write(&file); err != nil {
		fmt.Println(err)
	}

	r, err := modelfile.NewReader("two.goodfit", bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	var s settings
	fmt.Println(r.Sub("members/1").JSON("settings.json", &s), s)
	tensors, err := r.Sub("members/1").Tensors("weights.safetensors")
	if err != nil {
		fmt.Println(err)
		return
	}
	dst := map[string][]float32{"kernel": make([]float32, 2)}
	fmt.Println(tensors.Into(dst), dst)
	fmt.Println(r.Expect(modelfile.Model))
	// Output:
	// <nil> {4}
	// <nil> map[kernel:[1 2]]
	// two.goodfit holds an ensemble, not a model; load it with ensembles.Load
}
