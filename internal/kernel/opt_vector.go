package kernel

// The functions here run the active level's kernel, or the Go twin: the plain
// kernel, or the one with penalties, clipping and decay.

// decay is Rate·Decay.
func (u *Update) decay() float32 { return u.Rate * u.Decay }

func sgd(w, g []float32, u *Update) {
	var ok bool
	if u.adjusts() {
		ok = sgdAdjustedVector(w, g, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay())
	} else {
		ok = sgdVector(w, g, u.Rate, u.GradScale)
	}
	if !ok {
		sgdGeneric(w, g, u)
	}
}

func sgdMomentum(w, g, v []float32, u *Update, momentum float32, nesterov bool) {
	var ok bool
	switch {
	case u.adjusts() && nesterov:
		ok = sgdNesterovAdjustedVector(w, g, v, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), momentum)
	case nesterov:
		ok = sgdNesterovVector(w, g, v, u.Rate, u.GradScale, momentum)
	case u.adjusts():
		ok = sgdMomentumAdjustedVector(w, g, v, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), momentum)
	default:
		ok = sgdMomentumVector(w, g, v, u.Rate, u.GradScale, momentum)
	}
	if !ok {
		sgdMomentumGeneric(w, g, v, u, momentum, nesterov)
	}
}

func adam(w, g, m, v []float32, u *Update, c1, c2, eps float32) {
	var ok bool
	switch {
	case u.adjusts():
		ok = adamAdjustedVector(w, g, m, v, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c1, c2, eps)
	default:
		ok = adamVector(w, g, m, v, u.Rate, u.GradScale, c1, c2, eps)
	}
	if !ok {
		adamGeneric(w, g, m, v, u, c1, c2, eps)
	}
}

func amsgrad(w, g, m, v, vmax []float32, u *Update, c1, c2, eps float32) {
	var ok bool
	switch {
	case u.adjusts():
		ok = amsgradAdjustedVector(w, g, m, v, vmax, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c1, c2, eps)
	default:
		ok = amsgradVector(w, g, m, v, vmax, u.Rate, u.GradScale, c1, c2, eps)
	}
	if !ok {
		amsgradGeneric(w, g, m, v, vmax, u, c1, c2, eps)
	}
}

func adamax(w, g, m, s []float32, u *Update, c1, beta2, eps float32) {
	var ok bool
	switch {
	case u.adjusts():
		ok = adamaxAdjustedVector(w, g, m, s, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c1, beta2, eps)
	default:
		ok = adamaxVector(w, g, m, s, u.Rate, u.GradScale, c1, beta2, eps)
	}
	if !ok {
		adamaxGeneric(w, g, m, s, u, c1, beta2, eps)
	}
}

func nadam(w, g, m, v []float32, u *Update, c1, c2, eps float32, s NadamScalars) {
	var ok bool
	switch {
	case u.adjusts():
		ok = nadamAdjustedVector(w, g, m, v, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c1, c2, eps, s.Mean, s.Gradient, s.Square)
	default:
		ok = nadamVector(w, g, m, v, u.Rate, u.GradScale, c1, c2, eps, s.Mean, s.Gradient, s.Square)
	}
	if !ok {
		nadamGeneric(w, g, m, v, u, c1, c2, eps, s)
	}
}

func rmsprop(w, g, s, mom, mean []float32, u *Update, c, eps, momentum float32) {
	var ok bool
	switch {
	case u.adjusts() && mom != nil && mean != nil:
		ok = rmspropBothAdjustedVector(w, g, s, mean, mom, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c, eps, momentum)
	case mom != nil && mean != nil:
		ok = rmspropBothVector(w, g, s, mean, mom, u.Rate, u.GradScale, c, eps, momentum)
	case u.adjusts() && mom != nil:
		ok = rmspropMomentumAdjustedVector(w, g, s, mom, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c, eps, momentum)
	case mom != nil:
		ok = rmspropMomentumVector(w, g, s, mom, u.Rate, u.GradScale, c, eps, momentum)
	case u.adjusts() && mean != nil:
		ok = rmspropCenteredAdjustedVector(w, g, s, mean, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c, eps)
	case mean != nil:
		ok = rmspropCenteredVector(w, g, s, mean, u.Rate, u.GradScale, c, eps)
	case u.adjusts():
		ok = rmspropAdjustedVector(w, g, s, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c, eps)
	default:
		ok = rmspropVector(w, g, s, u.Rate, u.GradScale, c, eps)
	}
	if !ok {
		rmspropGeneric(w, g, s, mom, mean, u, c, eps, momentum)
	}
}

func adagrad(w, g, s []float32, u *Update, eps float32) {
	var ok bool
	switch {
	case u.adjusts():
		ok = adagradAdjustedVector(w, g, s, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), eps)
	default:
		ok = adagradVector(w, g, s, u.Rate, u.GradScale, eps)
	}
	if !ok {
		adagradGeneric(w, g, s, u, eps)
	}
}

func adadelta(w, g, s, d []float32, u *Update, c, eps float32) {
	var ok bool
	switch {
	case u.adjusts():
		ok = adadeltaAdjustedVector(w, g, s, d, u.Rate, u.GradScale, u.L1, 2*u.L2, -u.limit(), u.limit(), u.decay(), c, eps)
	default:
		ok = adadeltaVector(w, g, s, d, u.Rate, u.GradScale, c, eps)
	}
	if !ok {
		adadeltaGeneric(w, g, s, d, u, c, eps)
	}
}
