: Node of a human motor axon: MRG kinetics (10.1152/jn.00353.2001) at 37 degrees, one cable, sodium gates left-shifted.
NEURON {
  SUFFIX facialis_node
  NONSPECIFIC_CURRENT i
  RANGE gnaf, gnap, gks, shift
  THREADSAFE
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gnaf = 3 (S/cm2) gnap = .01 (S/cm2) gks = .08 (S/cm2) shift = 0 (mV) }
ASSIGNED {
  v (mV)
  i (mA/cm2)
  minf hinf pinf sinf
  mrate (/ms) hrate (/ms) prate (/ms) srate (/ms)
  q1 q2 q3
}
STATE { m h p s }
INITIAL {
  q1 = 2.2^1.7
  q2 = 2.9^1.7
  q3 = 3.0^0.1
  rates(v)
  m = minf
  h = hinf
  p = pinf
  s = sinf
}
BREAKPOINT {
  SOLVE states METHOD cnexp
  i = (gnaf*m*m*m*h + gnap*p*p*p)*(v - 50) + gks*s*(v + 90)
}
DERIVATIVE states {
  rates(v)
  m' = (minf - m)*mrate
  h' = (hinf - h)*hrate
  p' = (pinf - p)*prate
  s' = (sinf - s)*srate
}
FUNCTION vtrap(x, k) {
  if (fabs(x/k) < 1e-6) { vtrap = k*(1 + x/k/2) } else { vtrap = x/(1 - exp(-x/k)) }
}
PROCEDURE rates(vm (mV)) { LOCAL a, b, u
  u = vm + shift
  a = q1*1.86*vtrap(u + 21.4, 10.3)  b = q1*.086*vtrap(-(u + 25.7), 9.16)
  mrate = a + b  minf = a/mrate
  a = q2*.062*vtrap(-(u + 114), 11)  b = q2*2.3/(1 + exp(-(u + 31.8)/13.4))
  hrate = a + b  hinf = a/hrate
  a = q1*.01*vtrap(u + 27, 10.2)  b = q1*.00025*vtrap(-(u + 34), 10)
  prate = a + b  pinf = a/prate
  a = q3*.3/(exp(-(vm + 53)/5) + 1)  b = q3*.03/(exp(-(vm + 90)) + 1)
  srate = a + b  sinf = a/srate
}
