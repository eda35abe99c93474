package main

import (
	"math"
	"math/rand/v2"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/tensor"
)

// set returns arrays in memory as a source.
func set(x, y *tensor.Tensor) *datasets.Tensors {
	return &datasets.Tensors{Inputs: []datasets.Array{{Tensor: x}}, Targets: []datasets.Array{{Tensor: y}}}
}

// table fills rows of columns features and one target by f.
func table(rows, columns int, seed uint64, f func(r *rand.Rand, i int, x []float32) float32) *datasets.Tensors {
	r := rand.New(rand.NewPCG(seed, 1))
	x, y := tensor.New(rows, columns), tensor.New(rows, 1)
	for i := range rows {
		y.Data()[i] = f(r, i, x.Row(i))
	}
	return set(x, y)
}

// circles are two noisy rings.
func circles(rows int, seed uint64) *datasets.Tensors {
	return table(rows, 2, seed, func(r *rand.Rand, i int, x []float32) float32 {
		angle, radius := 2*math.Pi*r.Float64(), 1-0.5*float64(i%2)
		x[0] = float32(radius*math.Cos(angle) + 0.1*r.NormFloat64())
		x[1] = float32(radius*math.Sin(angle) + 0.1*r.NormFloat64())
		return float32(i % 2)
	})
}

// blobs are three clouds; the target is a class index.
func blobs(rows int, seed uint64) *datasets.Tensors {
	centers := [][2]float64{{-5, -5}, {0, 5}, {5, -3}}
	return table(rows, 2, seed, func(r *rand.Rand, i int, x []float32) float32 {
		for j := range x {
			x[j] = float32((centers[i%3][j] + 2*r.NormFloat64()) / 5)
		}
		return float32(i % 3)
	})
}

// linear has a target that is a weighted sum of 20 normal features.
func linear(rows int, seed uint64) *datasets.Tensors {
	return table(rows, 20, seed, func(r *rand.Rand, _ int, x []float32) float32 {
		var y float64
		for j := range x {
			v := r.NormFloat64()
			x[j] = float32(v)
			y += v * math.Sin(float64(j)+1) / 3
		}
		return float32(y + 0.03*r.NormFloat64())
	})
}

// moons are two noisy half rings.
func moons(rows int, seed uint64) *datasets.Tensors {
	return table(rows, 2, seed, func(r *rand.Rand, i int, x []float32) float32 {
		angle := math.Pi * r.Float64()
		a, b := math.Cos(angle), math.Sin(angle)
		if i%2 == 1 {
			a, b = 1-a, 0.5-b
		}
		x[0], x[1] = float32(a+0.2*r.NormFloat64()), float32(b+0.2*r.NormFloat64())
		return float32(i % 2)
	})
}

// noise has uniform features and a random class as target.
func noise(rows, columns, classes int, seed uint64) *datasets.Tensors {
	return table(rows, columns, seed, func(r *rand.Rand, _ int, x []float32) float32 {
		for j := range x {
			x[j] = r.Float32()
		}
		return float32(r.IntN(classes))
	})
}
