package main

import (
	"context"
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/tensor"
)

// TestSequences holds an LSTM, alone and with attention, to accuracies four standard
// deviations or more below those of the README. A network that has forgotten how a
// word began is right three times in four.
func TestSequences(t *testing.T) {
	seeds := 3
	if testing.Short() {
		seeds = 1
	}
	hold := []technique{techniques[0], techniques[3]}
	scores, err := compare(context.Background(), hold, seeds)
	if err != nil {
		t.Fatal(err)
	}
	for i, least := range []float64{0.95, 0.96} {
		if got := scores[i].test.mean; got < least {
			t.Errorf("%s: accuracy %.3f, want at least %.2f", hold[i].name, got, least)
		}
	}
}

// TestPaddingDoesNotCount predicts the same words with and without ten more steps of
// padding.
func TestPaddingDoesNotCount(t *testing.T) {
	_, test, size, err := data(40, 20)
	if err != nil {
		t.Fatal(err)
	}
	short := test.Inputs[0].Tensor
	rows, steps := test.Rows(), short.Shape()[0]
	long := tensor.New(rows, steps+10)
	for i := range rows {
		copy(long.Data()[i*(steps+10):], short.Data()[i*steps:(i+1)*steps])
	}
	for _, technique := range techniques {
		var predicted [2][]float32
		for i, x := range []*tensor.Tensor{short, long} {
			recipe := technique.recipe(size)
			recipe.Input = x.Shape()
			m, err := recipe.Build(1)
			if err != nil {
				t.Fatal(err)
			}
			out, err := m.PredictTensors(x)
			if err != nil {
				t.Fatal(err)
			}
			predicted[i] = out[0].Data()
		}
		for i, p := range predicted[0] {
			if math.Abs(float64(p-predicted[1][i])) > 1e-6 { // some roundings of float32 near 0.5
				t.Errorf("%s: word %d is predicted as %g, with more padding as %g", technique.name, i, p, predicted[1][i])
				break
			}
		}
	}
}

// TestWords draws words and looks at both kinds by hand-made cases and by counts.
func TestWords(t *testing.T) {
	for text, want := range map[string]bool{
		"BTBTXSETE":       true,
		"BPBPVVEPE":       true,
		"BTBTSSXXTTVVETE": true,
		"BTBTXSEPE":       false, // the outer symbols differ
		"BTBTXXETE":       false, // X does not end the inner word
		"BTBTXSSETE":      false, // nothing follows its end
		"BTE":             false,
	} {
		if got := grammatical(text); got != want {
			t.Errorf("%s: grammatical is %v, want %v", text, got, want)
		}
	}
	texts, labels := words(2000, 1)
	begins := 0
	for i, text := range texts {
		if grammatical(text) != (labels[i] == 1) || grammatical(text) != (i%4 < 2) {
			t.Errorf("%s has the label %g", text, labels[i])
		}
		n := len(text)
		if i%4 == 3 && !grammatical(text[:n-2]+text[1:2]+text[n-1:]) {
			t.Errorf("%s is wrong by more than the symbol to be remembered", text)
		}
		if text[1] == 'T' {
			begins++
		}
	}
	if begins < 850 || begins > 1150 { // of 2,000, ± seven standard deviations of 22
		t.Errorf("%d texts begin with T, want about 1000", begins)
	}
}
