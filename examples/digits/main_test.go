package main

import (
	"context"
	"testing"
)

// TestDigits holds the network without anything against overfitting to 89 % of the
// digits of writers whom it has not seen, and with dropout to 92 %: three standard
// deviations below what the README says.
func TestDigits(t *testing.T) {
	seeds := 3
	if testing.Short() {
		seeds = 1
	}
	scores, err := compare(context.Background(), "digits.csv", techniques[:2], seeds)
	if err != nil {
		t.Fatal(err)
	}
	for i, least := range []float64{0.89, 0.92} {
		if got := scores[i].test.mean; got < least {
			t.Errorf("%s: accuracy %.3f, want at least %.2f", techniques[i].name, got, least)
		}
		if got := scores[i].train.mean; got < 0.99 {
			t.Errorf("%s: accuracy %.3f on the training rows, want at least 0.99", techniques[i].name, got)
		}
	}
}

// TestPicturesAreTheDigits looks at what the network is given: a 0 has nothing in
// its middle, a 1 has.
func TestPicturesAreTheDigits(t *testing.T) {
	digits, err := read("digits.csv")
	if err != nil {
		t.Fatal(err)
	}
	middle, count := [10]float64{}, [10]float64{}
	for i := range digits.Rows() {
		digit := int(digits.Y.At(i, 0))
		middle[digit] += digits.X.At(i, 3*8+4)
		count[digit]++
	}
	if zero, one := middle[0]/count[0], middle[1]/count[1]; zero > 0.2 || one < 0.7 {
		t.Errorf("the middle is %.2f of full in a 0 and %.2f in a 1", zero, one)
	}
	for digit, n := range count {
		if n < 150 || n > 170 {
			t.Errorf("%g pictures of %d, want about 160", n, digit)
		}
	}
}
