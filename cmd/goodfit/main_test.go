package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/goodfit-ml/goodfit"
)

func TestSentenceIsOneLineWithoutPackages(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("datasets: no rows"), "no rows"},
		{errors.New("goodfit: fit: pipeline: too few"), "too few"},
		{errors.New("a.csv: datasets: a class"), "a.csv: a class"},
		{errors.Join(errors.New("one"), errors.New("two")), "one; two"},
		{errors.New("a\n\nb\n"), "a; b"},
	} {
		if got := sentence(c.err); got != c.want {
			t.Errorf("%q: %q, want %q", c.err, got, c.want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("no such column"), exitBadInput},
		{failed(&goodfit.DivergedError{}), exitFailed},
		{fmt.Errorf("writing: %w", failed(errors.New("disk full"))), exitFailed},
		{failure{exitInterrupted, errors.New("interrupted")}, exitInterrupted},
		{fmt.Errorf("no epoch: %w", context.Canceled), exitInterrupted},
		{failed(context.Canceled), exitInterrupted},
	} {
		if got := codeOf(c.err); got != c.want {
			t.Errorf("%v: code %d, want %d", c.err, got, c.want)
		}
	}
	if failed(nil) != nil {
		t.Error("no error became one")
	}
}
