"""What the local variables in LAPACK's argument tests stand for: the letters that set a flag, the sizes that are
derived from the dimensions. The first argument that the routine has is taken."""

QUERY_FLAGS = {"LQUERY", "WQUERY", "TQUERY", "ZQUERY", "LRQUERY", "LMINWS"}

WORKSPACE_LIMITS = {
    "LWMIN", "LWKMIN", "MINWRK", "LWORKMIN", "LIWMIN", "LRWMIN", "LIWKMIN", "LRWKMIN", "LRWORKMIN", "LHMIN",
    "MINSIZE", "LWKOPT", "LWORKOPT", "LWREQ", "LWORKREQ", "WSIZEM", "IMINWR", "IMINWRK", "MINRWRK", "RMINWRK",
    "MLWORK", "MLRWRK", "NZCMIN", "NBA", "NBB", "LW", "IWS",
}

FLAGS = {
    "UPPER": [("UPLO", "U"), ("JOBA", "U")],
    "LOWER": [("UPLO", "L"), ("JOBA", "L")],
    "NOTRAN": [("TRANS", "N")], "NOTRANS": [("TRANS", "N")], "TRAN": [("TRANS", "TC")],
    "NOTRNA": [("TRANA", "N")], "NOTRNB": [("TRANB", "N")], "NORMALTRANSR": [("TRANSR", "N")],
    "NOUNIT": [("DIAG", "N")], "ONENRM": [("NORM", "1O")],
    "LEFT": [("SIDE", "L")], "RIGHT": [("SIDE", "R")], "LEFTV": [("SIDE", "LB")], "RIGHTV": [("SIDE", "RB")],
    "NOFACT": [("FACT", "N")], "EQUIL": [("FACT", "E")],
    "RETURNC": [("FACT", "CX")], "RETURNX": [("FACT", "X")],
    "USE_DESEL_ROWS": [("USESD", "RA")], "USE_SEL_DESEL_COLS": [("USESD", "CA")],
    "ROWEQU": [("EQUED", "RB")], "COLEQU": [("EQUED", "CB")], "RCEQU": [("EQUED", "Y")],
    "CONVERT": [("WAY", "C")], "AFTERS1": [("STAGE1", "Y")], "COLMAJOR": [("TRANS", "N")],
    "ALLEIG": [("RANGE", "A")], "VALEIG": [("RANGE", "V")], "INDEIG": [("RANGE", "I")],
    "ALLSV": [("RANGE", "A")], "VALSV": [("RANGE", "V")], "INDSV": [("RANGE", "I")],
    "ALLS": [("RANGE", "A")], "VALS": [("RANGE", "V")], "INDS": [("RANGE", "I")],
    "ALLV": [("HOWMNY", "A")], "OVER": [("HOWMNY", "B")], "SOMEV": [("HOWMNY", "S")], "SOMCON": [("HOWMNY", "S")],
    "WANTZ": [("JOBZ", "V"), ("COMPZ", "IV")], "ILZ": [("COMPZ", "IV"), ("WANTZ", "IV")],
    "WANTQ": [("COMPQ", "IV"), ("JOBQ", "Q"), ("VECT", "QB")], "ILQ": [("COMPQ", "IV"), ("WANTQ", "IV")],
    "WANTPT": [("VECT", "PB")], "WANTX": [("VECT", "V")], "APPLYQ": [("VECT", "Q")],
    "WANTU": [("JOBU", "U"), ("JOBU", "V")], "WANTV": [("JOBV", "V")],
    "INITU": [("JOBU", "I")], "INITV": [("JOBV", "I")], "INITQ": [("JOBQ", "I")],
    "WANTU1": [("JOBU1", "Y")], "WANTU2": [("JOBU2", "Y")], "WANTV1T": [("JOBV1T", "Y")],
    "WANTV2T": [("JOBV2T", "Y")],
    "WANTVL": [("JOBVL", "V")], "WANTVR": [("JOBVR", "V")], "ILVL": [("JOBVL", "V")], "ILVR": [("JOBVR", "V")],
    "ILVSL": [("JOBVSL", "V")], "ILVSR": [("JOBVSR", "V")], "WANTVS": [("JOBVS", "V")],
    "WANTST": [("SORT", "S")], "WANTSN": [("SENSE", "N")], "WANTSE": [("SENSE", "E")],
    "WANTSV": [("SENSE", "V")], "WANTSB": [("SENSE", "B")],
    "WNTSNN": [("SENSE", "N")], "WNTSNE": [("SENSE", "E")], "WNTSNV": [("SENSE", "V")], "WNTSNB": [("SENSE", "B")],
    "WANTS": [("JOB", "EB")], "WANTSP": [("JOB", "VB")], "WANTDF": [("JOB", "VB")], "WANTT": [("JOB", "S")],
    "COMPL": [("SIDE", "LB")], "COMPR": [("SIDE", "RB")],
    "FROMQR": [("EIGSRC", "Q")], "NOINIT": [("INITV", "N")], "NOSCL": [("BALANC", "NP")],
    "EIGEN": [("JOB", "E")], "SING": [("JOB", "LR")],
    "WNTQA": [("JOBZ", "A")], "WNTQS": [("JOBZ", "S")], "WNTQO": [("JOBZ", "O")], "WNTQN": [("JOBZ", "N")],
    "WNTQAS": [("JOBZ", "AS")],
    "WNTUA": [("JOBU", "A")], "WNTUS": [("JOBU", "S")], "WNTUO": [("JOBU", "O")], "WNTUN": [("JOBU", "N")],
    "WNTUAS": [("JOBU", "AS")], "WNTUF": [("JOBU", "F")], "WNTUR": [("JOBU", "R")],
    "WNTVA": [("JOBVT", "A"), ("JOBV", "A")], "WNTVS": [("JOBVT", "S")], "WNTVO": [("JOBVT", "O")],
    "WNTVN": [("JOBVT", "N")],
    "WNTVEC": [("JOBZ", "V")], "WNTVCF": [("JOBZ", "F")], "WNTVCQ": [("JOBZ", "Q")], "WNTRES": [("JOBR", "R")],
    "WNTTRF": [("JOBT", "R")], "WNTREF": [("JOBF", "R")], "WNTEX": [("JOBF", "E")],
    "SCCOLX": [("JOBS", "SC")], "SCCOLY": [("JOBS", "Y")],
    "APPLV": [("JOBV", "A")], "RSVEC": [("JOBV", "V")], "LSVEC": [("JOBU", "UF")], "UCTOL": [("JOBU", "C")],
    "LSVC0": [("JOBU", "ASU")], "DNTWU": [("JOBU", "N")], "DNTWV": [("JOBV", "N")], "CONDA": [("JOBA", "E")],
    "ACCLA": [("JOBA", "A")], "ACCLM": [("JOBA", "M")], "ACCLH": [("JOBA", "HE")],
    "ROWPRM": [("JOBP", "P")], "RTRANS": [("JOBR", "T")],
    "ROWPIV": [("JOBA", "FG")], "L2RANK": [("JOBA", "R")], "L2ABER": [("JOBA", "A")], "ERREST": [("JOBA", "EG")],
    "L2KILL": [("JOBR", "R")], "DEFR": [("JOBR", "N")], "L2PERT": [("JOBP", "P")], "L2TRAN": [("JOBT", "T")],
    "JRACC": [("JOBV", "J")], "WANTC": [],
}


def order_of_q(arguments):
    return "pick(SIDE in 'L', M, N)" if "SIDE" in arguments else "NQ"


VALUES = {
    "NQ": order_of_q,
    "NW": lambda a: "max(1, pick(SIDE in 'L', N, M))",
    "MN": lambda a: "pick(SIDE in 'L', M, N)" if "SIDE" in a else "min(M, N)",
    "MINMN": lambda a: "min(M, N)", "MAXMN": lambda a: "max(M, N)",
    "NH": lambda a: "IHI - ILO", "KD1": lambda a: "KD + 1", "KLU1": lambda a: "KL + KU + 1",
    "KV": lambda a: "(KL + KU)",
    "Q": lambda a: "pick(SIDE in 'L', M, N)",
    "LDVQ": lambda a: "max(1, pick(SIDE in 'L', M, N))", "LDAQ": lambda a: "max(1, pick(SIDE in 'L', K, M))",
    "IIL": lambda a: "IL", "IIU": lambda a: "IU", "WL": lambda a: "VL", "WU": lambda a: "VU",
    "ZERO": lambda a: "0", "ONE": lambda a: "1",
    "RCMIN": lambda a: "smallest", "SMIN": lambda a: "smallest",
    "IM": lambda a: "minimum",
    "N": lambda a: "(NL + NR + 1)" if "NL" in a else "N",
    "M": lambda a: "(NL + NR + 1 + SQRE)" if "NL" in a else "(N + SQRE)" if "SQRE" in a else "(N1 + N2)",
}

# Whole tests whose wording cannot be derived: (test, argument) or test -> requirement. None keeps the argument's
# name where a %s stands.
SPECIAL = {
    "TRANS_TYPE.EQ.-1": "TRANS in 'NTC'",
    "ITYPE.EQ.-1": "TYPE in 'GLUHBQZ'",
    "N.LT.0.OR.(ITYPE.EQ.4.AND.N.NE.M).OR.(ITYPE.EQ.5.AND.N.NE.M)": "N >= 0, N = M if TYPE in 'BQ'",
    "ITYPE.LE.3.AND.LDA.LT.MAX(1,M)": "LDA >= max(1, M) if TYPE in 'GLUH'",
    "KU.LT.0.OR.KU.GT.MAX(N-1,0).OR.((ITYPE.EQ.4.OR.ITYPE.EQ.5).AND.KL.NE.KU)":
        "KU >= 0, KU <= max(N - 1, 0), KL = KU if TYPE in 'BQ'",
    "(ITYPE.EQ.4.AND.LDA.LT.KL+1).OR.(ITYPE.EQ.5.AND.LDA.LT.KU+1).OR.(ITYPE.EQ.6.AND.LDA.LT.2*KL+KU+1)":
        "LDA >= KL + 1 if TYPE in 'B', LDA >= KU + 1 if TYPE in 'Q', LDA >= 2*KL + KU + 1 if TYPE in 'Z'",
    "IJOBVL.LE.0": "%s in 'NV'", "IJOBVR.LE.0": "%s in 'NV'",
    "ICOMPQ.LE.0": "COMPQ in 'NVI'", "ICOMPQ.EQ.0": "COMPQ in 'NVI'",
    "ICOMPZ.LE.0": "COMPZ in 'NVI'", "ICOMPZ.LT.0": "COMPZ in 'NVI'", "ICOMPZ.EQ.0": "COMPZ in 'NVI'",
    "(LDZ.LT.1).OR.(ICOMPZ.GT.0.AND.LDZ.LT.MAX(1,N))": "LDZ >= 1, LDZ >= max(1, N) if COMPZ in 'VI'",
    "(LDU.LT.1).OR.((ICOMPQ.EQ.2).AND.(LDU.LT.N))": "LDU >= 1, LDU >= N if COMPQ in 'I'",
    "(LDVT.LT.1).OR.((ICOMPQ.EQ.2).AND.(LDVT.LT.N))": "LDVT >= 1, LDVT >= N if COMPQ in 'I'",
    "ISCHUR.EQ.0": "JOB in 'ES'", "ISIDE.LT.0": "SIDE in 'LRB'", "IHWMNY.LT.0": "HOWMNY in 'ASB'",
    "IRANGE.LE.0": "RANGE in 'AVI'", "IORDER.LE.0": "ORDER in 'BE'", "DIR.EQ.-1": "ID in 'ID'",
    "IUPLO.EQ.0": "UPLO in 'UL'",
    "IWANTS.EQ.0": "WANTS in 'ES'", "IWANTQ.EQ.0": "WANTQ in 'NVI'", "IWANTZ.EQ.0": "WANTZ in 'NVI'",
    "IRANGE.EQ.3.AND.(IL.LT.1.OR.IL.GT.MAX(1,N))": "IL >= 1 if RANGE in 'I', IL <= max(1, N) if RANGE in 'I'",
    "IRANGE.EQ.3.AND.(IU.LT.MIN(N,IL).OR.IU.GT.N)": "IU >= min(N, IL) if RANGE in 'I', IU <= N if RANGE in 'I'",
    "IRANGE.EQ.INDRNG.AND.(IL.LT.1.OR.IL.GT.MAX(1,N))": "IL >= 1 if RANGE in 'I', IL <= max(1, N) if RANGE in 'I'",
    "IRANGE.EQ.INDRNG.AND.(IU.LT.MIN(N,IL).OR.IU.GT.N)": "IU >= min(N, IL) if RANGE in 'I', IU <= N if RANGE in 'I'",
    "AAPP.GT.BIG": "finite(A)", "(RTMP.NE.RTMP).OR.((RTMP*ZERO).NE.ZERO)": "finite(A)",
    "(RWORK(P).NE.RWORK(P)).OR.((RWORK(P)*ZERO).NE.ZERO)": "finite(A)",
    "SISNAN(C+CA+R+RA)": "finite(A)", "DISNAN(C+CA+R+RA)": "finite(A)",
    "SISNAN(ANRM)": "finite(A)", "DISNAN(ANRM)": "finite(A)",
    "SISNAN(HNORM)": "finite(H)", "DISNAN(HNORM)": "finite(H)",
    "ANORM.GT.HUGEVAL": "finite(ANORM)",
    "CFROM.EQ.ZERO.OR.SISNAN(CFROM)": "CFROM != 0, finite(CFROM)",
    "CFROM.EQ.ZERO.OR.DISNAN(CFROM)": "CFROM != 0, finite(CFROM)",
    "WORK(1).LE.ONE": "first(WORK) > 1 if JOBU in 'C'", "RWORK(1).LE.ONE": "first(RWORK) > 1 if JOBU in 'C'",
    "ILABAD": "blocks(S)", "ILBBAD": "blocks(P)",
    "IBLOCK(J).LT.IBLOCK(J-1)": "sorted(IBLOCK)", "IBLOCK(J).EQ.IBLOCK(J-1).AND.W(J).LT.W(J-1)": "sorted(W)",
    ".NOT.(INCR.OR.DECR)": "sorted(D)",
    "Z(1).LT.ZERO": "nonnegative(Z)", "Z(2).LT.ZERO": "nonnegative(Z)", "Z(3).LT.ZERO": "nonnegative(Z)",
    "WORK(I).LT.ZERO": "nonnegative(Z)",
    "D.LE.0": "finite(A)", "IINFO.NE.0": "internal(%s)", "NDEPTH.GT.M": "internal(%s)",
    "IERR.EQ.-21": "LWORK >= minimum", "IERR.EQ.-22": "LIWORK >= minimum",
    "ICOND.EQ.-14": "LWORK >= minimum", "ICOND.EQ.-15": "LWORK >= minimum", "ICOND.EQ.-17": "LIWORK >= minimum",
    "NSEL.GT.MSUB": "count(SEL_DESEL_COLS) <= M",
    "DBLE(M)*EPSLN.GE.ONE": "M < 1/eps", "REAL(M)*EPSLN.GE.ONE": "M < 1/eps", "FLOAT(M)*EPSLN.GE.ONE": "M < 1/eps",
    ".NOT.LQUERY.AND.LIWORK.LT.IWORK(1)": "LIWORK >= minimum",
    ".NOT.LQUERY.AND.LDSWORK.LT.MAX(NBA,NBB)": "LDSWORK >= minimum",
    "LDC.LT.1.OR.WANTC.AND.LDC.LT.MAX(1,M)": "LDC >= 1, LDC >= max(1, M) if NCC > 0",
    "TOL.LE.EPS": "TOL > eps",
    "TSIZE.LT.MAX(1,MB*M*NBLCKS+5).AND.(.NOT.LQUERY).AND.(.NOT.LMINWS)": "TSIZE >= minimum",
    "TSIZE.LT.MAX(1,NB*N*NBLCKS+5).AND.(.NOT.LQUERY).AND.(.NOT.LMINWS)": "TSIZE >= minimum",
}

# Letters of arguments whose tests in the source are spread over nested flags.
LETTERS = {
    ("gejsv", "JOBA"): "CEFGAR", ("gejsv", "JOBU"): "UFWN", ("gejsv", "JOBV"): "VJWN", ("gejsv", "JOBT"): "TN",
    ("gesvdq", "JOBU"): "ASURFN", ("gesvdq", "JOBV"): "ASVRN", ("gesvj", "JOBU"): "UCN",
}

# xGESDD's paths: tall or wide enough (11/6) for a QR factorization first, or not; 3k^2 + 4k is xBDSDC's part.
_K, _X = "min(M, N)", "max(M, N)"
_DC = "3*{k}*{k} + 4*{k}".format(k=_K)
GESDD = (
    "max(1, pick({x} >= div(11*{k}, 6), "
    "pick(JOBZ in 'N', 8*{k}, pick(JOBZ in 'O', {dc} + 2*{k}*{k} + 3*{k}, pick(JOBZ in 'S', {dc} + {k}*{k} + 3*{k}, "
    "{k}*{k} + max(3*{k} + {dc}, {k} + {x})))), "
    "pick(JOBZ in 'N', 3*{k} + max({x}, 7*{k}), pick(JOBZ in 'O', 3*{k} + max({x}, {k}*{k} + {dc}), "
    "3*{k} + max({x}, {dc})))))").format(k=_K, x=_X, dc=_DC)

# Least workspace where LAPACK's comments state it: stem -> (precisions, formula).
WORKSPACE = {
    "gesvd": [("sd", "max(1, 3*min(M, N) + max(M, N), 5*min(M, N))"), ("cz", "max(1, 2*min(M, N) + max(M, N))")],
    "gees": [("sd", "max(1, 3*N)"), ("cz", "max(1, 2*N)")],
    "geev": [("sd", "max(1, pick(JOBVL in 'V' or JOBVR in 'V', 4*N, 3*N))"), ("cz", "max(1, 2*N)")],
    "syevd": [("sd", "pick(JOBZ in 'V', 1 + 6*N + 2*N*N, 2*N + 1)")],
    "heevd": [("cz", "pick(JOBZ in 'V', 2*N + N*N, N + 1)")],
    "syevr": [("sd", "max(1, 26*N)")], "heevr": [("cz", "max(1, 2*N)")],
    "gebrd": [("sdcz", "max(1, M, N)")],
    "geqp3": [("sd", "3*N + 1"), ("cz", "N + 1")],
    "gesdd": [("sd", GESDD)],
}
