package goodfit

// Version is goodfit's version, which model files carry.
const Version = "0.1.0"
