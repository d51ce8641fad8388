#!/usr/bin/env python3
"""Regression on a nearly singular system, and what the diagnosis makes of it.

J. W. Longley's data (Journal of the American Statistical Association 62, 1967, p. 819) on US employment are famous for being
nearly collinear: prices, gross national product and population all grow with the year. Least squares by SVD still recovers the
coefficients that NIST certifies. Then a mistake that everybody makes once: an indicator for the years before 1955 and one for those
since, beside an intercept, which is their sum. The normal equations are singular but for rounding; a plain solve returns numbers
that mean nothing, and the diagnosis says which columns are to blame. Least squares and ridge regression cope.
"""
import warnings

import numpy as np

import lapack_py
import lapack_py.linalg as la

NAMES = ["intercept", "price index", "GNP", "unemployed", "armed forces", "population", "year"]
# employed; price index, GNP, unemployed, armed forces, population, year
LONGLEY = np.array([
    [60323, 83.0, 234289, 2356, 1590, 107608, 1947], [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
    [60171, 88.2, 258054, 3682, 1616, 109773, 1949], [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
    [63221, 96.2, 328975, 2099, 3099, 112075, 1951], [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
    [64989, 99.0, 365385, 1870, 3547, 115094, 1953], [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
    [66019, 101.2, 397469, 2904, 3048, 117388, 1955], [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
    [68169, 108.4, 442769, 2936, 2798, 120445, 1957], [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
    [68655, 112.6, 482704, 3813, 2552, 123366, 1959], [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
    [69331, 115.7, 518173, 4806, 2572, 127852, 1961], [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
])
# NIST, Statistical Reference Datasets.
CERTIFIED = np.array([-3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683, -1.03322686717359,
                      -0.0511041056535807, 1829.15146461355])


def digits(x):
    """Correct decimal digits of the worst coefficient."""
    error = np.max(np.abs(x - CERTIFIED) / np.abs(CERTIFIED))
    return max(0.0, -np.log10(error))


def solve_and_listen(M, r):
    """The solution, None when there is none, and the diagnosis."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            return la.solve(M, r), caught[0].message.diagnosis if caught else None
        except lapack_py.SingularMatrixError as error:
            return None, error.diagnosis


def main():
    y, year = LONGLEY[:, 0], LONGLEY[:, 6]
    A = np.column_stack([np.ones(len(y)), LONGLEY[:, 1:]])
    x, _, rank, s = la.lstsq(A, y, rcond=1e-15)
    print(f"Least squares: rank {rank}, condition {s[0] / s[-1]:.2g}, {digits(x):.1f} correct digits")
    for name, coefficient in zip(NAMES, x):
        print(f"  {name:<13} {coefficient: .6g}")

    standard = (A[:, 1:] - A[:, 1:].mean(axis=0)) / A[:, 1:].std(axis=0)
    Z = np.column_stack([np.ones(len(y)), standard, year < 1955, year >= 1955])
    print("\nWith indicators for the years before 1955 and since, by the normal equations Z'Z x = Z'y:")
    plain, diagnosis = solve_and_listen(Z.T @ Z, Z.T @ y)
    print(diagnosis)
    if plain is not None:
        print(f"the numbers it returns have norm {la.norm(plain):.4g}")

    x_least, _, rank, _ = la.lstsq(Z, y, rcond=1e-12)
    print(f"\nLeast squares of minimum norm: rank {rank} of {Z.shape[1]}, norm {la.norm(x_least):.4g}")
    print("Ridge regression, (Z'Z + lambda m I) x = Z'y: the coefficients shrink, the fit hardly worsens:")
    for ridge in (1e-6, 1e-4, 1e-2):
        beta = la.solve(Z.T @ Z + ridge * len(y) * np.eye(Z.shape[1]), Z.T @ y)
        fit = 1 - np.sum((y - Z @ beta) ** 2) / np.sum((y - y.mean()) ** 2)
        print(f"  lambda {ridge:<7g} norm of coefficients {la.norm(beta):9.1f}   R^2 {fit:.4f}")
    return diagnosis, digits(x), rank


if __name__ == "__main__":
    main()
