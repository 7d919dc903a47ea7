/**
 * The packages of Go's standard library and of its commands, for standard-packages.ts. Generated from the api files and the source tree of
 * an installed Go by test/real/standard-package-facts.ts; test/real/standard-packages.test.ts compares the two and says how to renew this.
 */

/** The release that the tables describe is 1 with this minor number. */
export const tableRelease = 27;

/**
 * The library, sorted, a word a package: a base-36 digit for the elements shared with the path before, the other elements, `!` where
 * `std` leaves it out, and `@N` where it is public and came with 1.N.
 */
export const libraryTable =
  '0archive/tar 1zip 0arena@20 0bufio 0builtin! 0bytes 0cmp@21 0compress/bzip2 1flate 1gzip 1lzw 1zlib ' +
  '0container/heap 1list 1ring 0context@7 0crypto 1aes 1boring@19 1cipher 1des 1dsa 1ecdh@20 1ecdsa 1ed25519@13 ' +
  '1elliptic 1fips140@24 1hkdf@24 1hmac 1hpke@26 1internal/boring 3bbig 3bcache 3sig 3syso 2constanttime ' +
  '2cryptotest 3wycheproof 3x509limbo 2entropy 3v1.0.0 2fips140 3aes 4gcm 3alias 3bigmod 3check 4checktest 3drbg ' +
  '3ecdh 3ecdsa 3ed25519 3edwards25519 4field 3hkdf 3hmac 3mldsa 3mlkem 3nistec 4fiat 3pbkdf2 3rsa 3sha256 3sha3 ' +
  '3sha512 3ssh 3subtle 3tls12 3tls13 2fips140cache 2fips140deps 3byteorder 3cpu 3godebug 3time 2fips140hash ' +
  '2fips140only 2fips140test 2impl 2rand 2randutil 2sysrand 3internal/seccomp 1md5 1mldsa@27 1mlkem@24 ' +
  '2mlkemtest@26 1pbkdf2@24 1rand 1rc4 1rsa 1sha1 1sha256 1sha3@24 1sha512 1subtle 1tls 2fipsonly@19 ' +
  '2internal/fips140tls 1x509 2internal/macos 2pkix 0database/sql 2driver 2internal 0debug/buildinfo@18 1dwarf ' +
  '1elf 1gosym 1macho 1pe 1plan9obj@3 0embed@16 1internal/embedtest 0encoding@2 1ascii85 1asn1 1base32 1base64 ' +
  '1binary 1csv 1gob 1hex 1json 2internal 3jsonflags 3jsonopts 3jsontest 3jsonwire 2jsontext@25 2v2@25 1pem 1xml ' +
  '0errors 0expvar 0flag 0fmt 0go/ast 1build 2constraint@16 1constant@5 1doc 2comment@19 1format@1 1importer@5 ' +
  '1internal/gccgoimporter 2gcimporter 2srcimporter 1parser 1printer 1scanner 1token 1types@5 1version@22 0hash ' +
  '1adler32 1crc32 1crc64 1fnv 1maphash@14 0html 1template 0image 1color 2palette@2 1draw 1gif 1internal/imageutil ' +
  '1jpeg 1png 0index/suffixarray 0internal/abi 1asan 1bisect 1buildcfg 1bytealg 1byteorder 1cfg 1cgrouptest ' +
  '1chacha8rand 1copyright 1coverage 2calloc 2cfile 2cformat 2cmerge 2decodecounter 2decodemeta 2encodecounter ' +
  '2encodemeta 2pods 2rtcov 2slicereader 2slicewriter 2stringtab 2test 2uleb128 1cpu 1dag 1diff 1exportdata ' +
  '1filepathlite 1fmtsort 1fuzz 1gate 1goarch 1godebug 1godebugs 1goexperiment 1goos 1goroot 1gover 1goversion ' +
  '1lazyregexp 1lazytemplate 1msan 1nettest 1nettrace 1obscuretestdata 1oserror 1pkgbits 1platform 1poll 1profile ' +
  '1profilerecord 1race 1reflectlite 1routebsd 1runtime/atomic 2cgobench 2cgroup 2exithook 2gc 3internal/gen 3scan ' +
  '2maps 2math 2pprof/label 2startlinetest 2sys 2syscall/linux 3windows 2wasitest 1saferio 1singleflight 1strconv ' +
  '1stringslite 1sync 1synctest 1syscall/execenv 2unix 2windows 3registry 3sysdll 1sysinfo 1syslist 1testenv ' +
  '1testhash 1testlog 1testpty 1trace 2internal/testgen 3tracev1 2raw 2testtrace 2tracev2 2traceviewer 3format ' +
  '2version 1txtar 1types/errors 1unsafeheader 1xcoff 1zstd 0io 1fs@16 1ioutil 0iter@23 0log 1internal 1slog@21 ' +
  '2internal 3benchmarks 3buffer 1syslog 0maps@21 0math 1big 2internal/asmgen 1bits@9 1cmplx 1rand 2v2@22 0mime ' +
  '1multipart 1quotedprintable@5 0net 1http 2cgi 2cookiejar@1 2fcgi 2httptest 2httptrace@7 2httputil 2internal ' +
  '3ascii 3http2 3httpcommon 3httpsfv 3testcert 2pprof 1internal/cgotest 2socktest 1mail 1netip@18 1rpc 2jsonrpc ' +
  '1smtp 1textproto 1url 0os 1exec 2internal/fdtest 1signal 1user 0path 1filepath 0plugin@8 0reflect ' +
  '1internal/example1 2example2 0regexp 1syntax 0runtime 1asan@18 1cgo 1coverage@20 1debug 1metrics@16 1msan@6 ' +
  '1pprof 1race@1 2internal/amd64v1 3amd64v3 1secret@26 1trace@5 0simd@27 1archsimd@26 2internal/simd_test ' +
  '3test_helpers 1internal/bridge 0slices@21 0sort 0strconv 0strings 0structs@23 0sync 1atomic 0syscall 1js@11 ' +
  '0testing 1cryptotest@26 1fstest@16 1internal/testdeps 1iotest 1quick 1slogtest@21 1synctest@24 0text/scanner ' +
  '1tabwriter 1template 2parse 0time 1tzdata@15 0unicode 1utf16 1utf8 0unique@23 0unsafe 0uuid@27 ' +
  '0vendor/golang.org/x/crypto/chacha20 4chacha20poly1305 4cryptobyte 5asn1 4hkdf 4internal/alias 5poly1305 ' +
  '3net/dns/dnsmessage 4http/httpguts 5httpproxy 4http2/hpack 4http3 4idna 4internal/http3 5httpcommon ' +
  '5quic/quicwire 4lif 4nettest 4quic 3sys/cpu 3text/secure/bidirule 4transform 4unicode/bidi 5norm 0weak@24';

/** The commands and their packages, likewise. */
export const commandTable =
  '0cmd/addr2line 1api 1asm 2internal/arch 3asm 3flags 3lex 1buildid 1cgo 2internal/cgotest 3swig 3test 4gcc68255 ' +
  '4issue23555a 4issue23555b 4issue24161arg 4issue24161e0 4issue24161e1 4issue24161e2 4issue24161res 4issue26213 ' +
  '4issue26430 4issue26743 4issue27054 4issue27340 4issue29563 4issue30527 4issue41761a 4issue43639 4issue52611a ' +
  '4issue52611b 4issue76861 4issue8756 4issue8828 4issue9026 4issue9400 4issue9510a 4issue9510b 3testcarchive ' +
  '3testcshared 3testerrors 3testfortran 3testgodefs 3testlife 3testnocgo 3testout 3testplugin 3testsanitizers ' +
  '3testshared 3testso 3teststdio 3testtls 1compile 2internal/abi 3abt 3amd64 3arm 3arm64 3base 3bitvec 3bloop ' +
  '3compare 3coverage 3deadlocals 3devirtualize 3dwarfgen 3escape 3gc 3importer 3inline 4inlheur 4interleaved 3ir ' +
  '3liveness 3logopt 3loong64 3loopvar 3midway 3mips 3mips64 3noder 3objw 3pgoir 3pkginit 3ppc64 3rangefunc ' +
  '3reflectdata 3riscv64 3rttype 3s390x 3slice 3ssa 3ssagen 3staticdata 3staticinit 3syntax 3test 3typebits ' +
  '3typecheck 3types 3types2 3walk 3wasm 3x86 1covdata 1cover 1dist 1distpack 1fix 1go 2internal/auth 3base 3bug ' +
  '3cache 3cacheprog 3cfg 3clean 3cmdflag 3doc 3envcmd 3fips140 3fmtcmd 3fsys 3generate 3gover 3help 3imports ' +
  '3list 3load 3lockedfile 4internal/filelock 3mmap 3modcmd 3modfetch 4codehost 4zip_sum_test 3modget 3modindex ' +
  '3modinfo 3modload 3mvs 3run 3search 3str 3telemetrycmd 3telemetrystats 3test 4internal/genflags 3tool ' +
  '3toolchain 3trace 3vcs 3vcweb 4vcstest 3version 3verylongtest 3vet 3web 4intercept 3work 3workcmd 1gofmt ' +
  '1internal/archive 2bio 2bootstrap_test 2browser 2buildid 2codesign 2cov 3covcmd 2disasm 2dwarf 2edit 2fuzztest ' +
  '2gcprog 2goobj 2hash 2macho 2metadata! 2moddeps 2obj 3arm 3arm64 3loong64 3mips 3ppc64 3riscv 3s390x 3wasm 3x86 ' +
  '2objabi 2objfile 2osinfo 2par 2pathcache 2pgo 2pkgpath 2pkgpattern 2quoted 2robustio 2script 3scripttest 2src ' +
  '2sys 2telemetry 3counter 2test2json 2testdir 1link 2internal/amd64 3arm 3arm64 3benchmark 3dwtest 3ld 3loadelf ' +
  '3loader 3loadmacho 3loadpe 3loadxcoff 3loong64 3mips 3mips64 3ppc64 3riscv64 3s390x 3sym 3wasm 3x86 1nm ' +
  '1objdump 1pack 1pprof 1preprofile 1relnote 1test2json 1tools 1trace 1vendor/github.com/google/pprof/driver ' +
  '5internal/binutils 6driver 6elfexec 6graph 6measurement 6plugin 6report 6symbolizer 6symbolz 6transport ' +
  '5profile 5third_party/svgpan 3ianlancetaylor/demangle 2golang.org/x/arch/arm/armasm 5arm64/arm64asm ' +
  '5loong64/loong64asm 5ppc64/ppc64asm 5riscv64/riscv64asm 5s390x/s390xasm 5x86/x86asm 4build/relnote ' +
  '4mod/internal/lazyregexp 5modfile 5module 5semver 5sumdb 6dirhash 6note 6tlog 5zip 4sync/errgroup 5semaphore ' +
  '4sys/plan9 5unix 5windows 4telemetry 5counter 6countertest 5internal/config 6configstore 6counter 6crashmonitor ' +
  '6mmap 6telemetry 6upload 4term 4text/cases 5internal 6language 7compact 6tag 5language 5transform 5unicode/norm ' +
  '4tools/cmd/bisect 5cover 5go/analysis 7internal/analysisflags 7passes/appends 8asmdecl 8assign 8atomic 8bools ' +
  '8buildtag 8cgocall 8composite 8copylock 8ctrlflow 8defers 8directive 8errorsas 8framepointer 8hostport ' +
  '8httpresponse 8ifaceassert 8inline 8inspect 8internal/gofixdirective 8loopclosure 8lostcancel 8modernize ' +
  '8nilfunc 8printf 8shift 8sigchanyzer 8slog 8stdmethods 8stdversion 8stringintconv 8structtag 8testinggoroutine ' +
  '8tests 8timeformat 8unmarshal 8unreachable 8unsafeptr 8unusedresult 8waitgroup 7suite/fix 8vet 7unitchecker ' +
  '6ast/astutil 7edge 7inspector 6cfg 6types/objectpath 7typeutil 5internal/analysis/analyzerutil 7driverutil ' +
  '7typeindex 6astutil 7free 6bisect 6diff 7lcs 6facts 6fmtstr 6goplsexport 6moreiters 6packagepath 6refactor ' +
  '7inline 6stdlib 6typeparams 6typesinternal 7typeindex 6versions 5refactor/satisfy 2rsc.io/markdown 1vet';

/** What each package of the library imports, in any build, tests apart: places in the library in base 36, each less the one before. */
export const importTable =
  '5.3k.3.1y.1w.1.a.1.12.1.1.2.5.i.2.1.2.2.e 3.5.33.e.3.i.2.1e.1w.1.19.5.1.p.3.2.g.4 6a.48 5.3k.3x.28.m 6 ' +
  '3p.16.2r.3.c.2d.2.2  3.3.7g.25 3.3m.3.3u.c.3.1q.2.3 3.5.33.e.3.k.3a.2q 3.3m.3.3u 3.5.33.e.3.i.1.3b 9s   ' +
  '3p.2l.3m.1.f 4a.3c.27 j.b.c.8n u 5.11.1.1.w.j.12.17.2q j.p.w.1l.17.4x.3 24.3.1i.3x.d 5.b.e.j.4.n.3.g.12.3x ' +
  'g.6.3.5.1.1.i.8.b.6.1.3.f.1.12.3x.d.5.2i.1 g.z.i.7.3.9.7.12.21.1w.27 1m.23.3x.d.1x 15.5.4g.4s 1i.l.1.1l.l ' +
  'u.p.k.1.j.1n 5.b.1.2.3.4.1.f.1.5.v.6.7.1.1.13.3.i.m.4v.u 5.b.3.e.1.7.1i.12.l.m.1y.17.18.i.2.p u.75.2j 9x.l    ' +
  '5.e.b.b.11.h.s.d.i.i.x.4.6.a.v.1.h.h.t.1.7.3.2.i.2.1.4.2.c g.k.2e.1.c.1.3c.1s.5.3.w.g 3f.a.3.5c.3.15 29 ' +
  '22.1n.4c.1w.l 21.1o.5k.l.o 5.10.3.2.k.5.1.1.5.1j.4c.1s 15.1.2.2.2.i.5.1.1.5.1j.49.1b ai 1a.p.1.6.1j.4c.2h ' +
  '15.e.7.9.2.5l.2w 1a.7z.19 5.z.1.1.4.k.5.a.1g.3x.f.1v.1 5.10.5.2.a.d.1q.3x.f.1v ' +
  '5.10.4.1.2.7.3.6.8.6.1j.l.3c.f.1v 5.10.5.2.4.c.1x.64.3 z.b.7.i.1q.4c.1v 1a.k.5.1q.4c 5.10.5.9.7.1z.l ' +
  '5.10.l.1.1.1x.l 5.u.6.5.2.e.1.3.5.1q.4c.1v 5.10.5.2.e.1.3.5.1q.67 z.b.d.c.1.1p.4c.18.n.m 1a.k.1v.4c ' +
  '5.10.5.9.7.1z.l 5.u.6.4.1.2.e.1.1.2.1v.l.3c.2a 5.10.u.1.1.5.1j.l.3r 5.10.p.5.1.6.1j.4c.18.19 ' +
  '5.10.u.1.1.5.1j.l.3r 1a.30 z.9.r.1.6.5v.18.19 5.10.5.9.7.2.1x.l 5.10.5.8.8.9.1q.l 99.n.1c  4w 5h.8 5q 6z.3j ' +
  '1r.u.1p.68 q.m.e.1.1.2i.3c  9u u.i.w.3i.1w.2w 7m.i 3p.17.3.1z.1.n.c.y.d.n.1.1.e.6 3p.3 g.1o.1l.l.m.35 ' +
  'g.14.25.3x g.15 1l.j.9.1c 1o.f.1.1l.l u.i.s.3.1i.3x.d.2j 18.w.1l.64 g.e.1.1.d.g.e.1.3.9.7.12.3.i.1g.1w.c.1 ' +
  'g.e.1a.2.1j.l.m.l.2k g.e.w.2k g.1b.2j.68 g.e.y.2i z.v.4t.3v ' +
  '5.8.2.1.1.2.1.2.1.1.1.1.1.1.1.1.c.1.o.1.f.1.1.3.1.1.1.1.2.1.3.1.w.2.3.i.m.l.9.1w.m.o.d.i.1.1.1.2.1.f.6.3.1.m ' +
  'x.1t q.97 ' +
  '5.b.1.2.1.1.1.1.1.1.1.1l.1.6.1.1.2.6.1.f.6.9.2.3.1y.3.1t.1.2.8.1.1.2.7.i.5.1.6.7.i.2.1.2.2.e.2.1.1.2.4.1 ' +
  '5.3k.12.4i.k.j.6 38.6.e.47.1v.i 5.a.2g.1.t.3.3u.b.7.10.5.i.2.3.1.f.2.2.2.1 f.2h.t.3.5c.p.j.7  ' +
  '5.2u.2.1.1.8.e.3.2z.t.2.1.19.h.15 5.36.e.3.3u.1f.r.1.1 5.6.2n.d.e.3.2z.u.1.c.y.x.1.o 5.36.h.z.51.1.1.2 ' +
  '5.6.2n.d.h.2z.v.1a.x.1 5.6.2n.d.e.3.2z.v.1a.x.1.o 3b.e.3.2z.v.1a 3p.16.1z.s.1.2p   7m.27 ' +
  '5.3k.3.2z.17.1.15.5.i.2.1.i.3.1 7m.25.2 4w.2q.25.2 3p.3x.c.16.n.5 3.2.3k.3.3u.28.k.2 ' +
  '3.33.5.e.3.2z.v.b.1.3.v.8.s.1.h.2 3p.3.3u.25.3 5.1.30.4.6.1.1.2.1.1.3.3.3u.c.16.n.2.1.2.i.1.1 3p 3g 3g.1 ' +
  '5.2z.l.3.3t.1.1.1e.8.i.3.2.g 6.3b.8.3x.c.1t.2.1.k.1.1 5.3b.1.1.2.5.3x.3.9.3.1q.2.1.2.k ' +
  '5.1.30.3.1.1.3.2.1.1.2.1.4.3.3u.c.3.13.n.2.1.2.g.2.2 5.35.f.3x.25.3 3.2.31.j.3.3u.1i.5.k.1.2.i.2 6a.48 ' +
  '3f.2b.20.8.b.n.d.i.2.3.1.j 36.j.3.3u.1a.8.5.i.2.1.i 3p.1x.18.s.c.y.8.n.2.3.k 5.1.3m.e.1.3f.3.17.8.n.2.1.k.2 ' +
  '3.2.3k.3.1.2.2.7.2.1.n.w.4.2.9.y.j.1.19.1.4.1.7.i.2.1.k.2.2 3p.64.1.k.2 3s.f.3r.1.2.1s.1.2.k ' +
  '6.3m.1.5.9.1q.1p.1f.q.2.1.k.2 5.3n.5z.1.1.1.k.2 5.3n.1.b.1.2.3f.28 3u.7.1.1.4.1.3e.1n ' +
  '3.2.2u.q.3.4.b.1.3c.2.1a.1.5.r.1.e.8 3.3.3m.f.1.1c.k.1i.1a.v.3.2 3s.1.1.a.3.1.3e.1a.1.5.s.2.m ' +
  '5.3k.3.1.2.b.1.3f.1.19.6.s 3s.1.2.3.9.3f.c.y.v.2.1.2.d.5.2 5.3n.f.3f.1g.q.1.l.2 6.3m.3x.22.2.3.1.h.2 ' +
  '5.1.6.3d.3.1.3.8.3.2.6.1h.1m.4.3.9.y.6.7.i.1.1.1.2.1.h.2.2 5v.3z 7m 3p.l.m 3p.l.m.l.4f.1.l 3p.l.m.50 3p.l.m.35 ' +
  '4a.h.1s.3z 9u.2.k 5.3a.d.o.1a.1w.1.a.z.5.1.2.3.k.2.1.2.e.1.3.2 3.3m.u.33.f.1s.3.1  4j 4i.1.4 ' +
  '3.2.5.3f.3.q.1.1.1.b.2q.f 4i 3.3m.t.1.4.2z 3.8.30.h.i.2.6.1.33.27 5.36.e.3x.c.19.k.1 5p.4t ai 99.n.1 ' +
  '3s.20.34.6.2.5.k.1 5h.51   3s.2m.2i.6.p.2.1.4.2 4w.l.8.4t    ' +
  '3f.d.m.n.1.2.1.1.1.1.1.1.1.11.3.17.1a.6.7.k.1.3.f.6 6.3m.19.4.2h.b.1u.1.2.f 3s.19.2x 3b.h.19.b.2.28.1a.x.p ' +
  '3.38.h.m.n.b.2.28.1a 3.38.h.19.c.1.2.26.b.z.v 3.2.36.h.i.4.n.d.2.26.1a.1m 6.3m.19.3v.6.5.k.2.1 ai 3b.h.3u.2w ' +
  '3s.3u 3s.1k.4.26   ai 6.3m.5z.3 5.3n.60.2 3.2.3k.3.2.2x.v.1a.1.5.r.1.2 3p.16.1z.5.o.24.7 6.8y.n ' +
  '5.a.25.r.4.a.3.1.b.3.1j.1w.c.3.v.1.5.2.5.k.1.2.1.1.e.4.2 f  4t.y.45.1.l    8w.1.5.s.2 6  8w.b.n.2 7m.1a.y.2.e ' +
  'ai 5.a.3a.1z.1y.c.a.i.6.v.5.g  3a.4c.1a 3p 5.2f.r.e.3.4.b.3f.d.x.d.k.1  3p.17.1d.k.1.4.1.n.1n.n.1.1.e.3.1.2 ' +
  '5.4.3g.3.3u.1l.k.1.1.1.i  4r.5r 4r.y.1u.1q.19 3p.17.3u.j.p.k 5h.8.4t  4v.1t.5.3p 6c.46 5p ' +
  'c.2z.h.n.37.4.b.v.8.q.2 5h.8.r.7.3v 4r.1.4.l.8.3.7.a.b.3.1e.1m.v 5p   5h.8.4.4p 5p.4t 4r.y.4t  7m.2w 9w 81.2h ' +
  '4v.5n 4r.y.k.3o.l 4r.5r 6z.2z.k 4r.22.2g.n.1.1.k 3p.2e.m.5.7.28.m.1.2.k 3p.3c.28.p.h.3  3.2.5c.25.1a.y.2.2  ' +
  '5.a.3a.2.1.15.s.g.1i.19.1.5.7.k.1.2.2.2.c 5.45.3c.h.1x.c 9w.1.l 3p.3.36.1y.12 ' +
  '3.2.1.6.2z.e.3.3i.3.3.6.3.9.19.k.1.1.1.i.6 5.36.h.3g.3.2.3.1.1f.b.n.i 5.1.35.e.3.3o.6.c.1t.1 ' +
  '3.38.h.3l.3.6.27.1.k 3.2.3k.3.3c.4.3.5.1.5.1a.b.2.i.2.1.6  3.31.b.d.p.1q.11.7.7.4.8.b.n.1.5.7.k.1.2.g  3s.3l.9 ' +
  '5.3n.54.y 9t ai 2y.d.e.3.2z.v.1a.x.1 3b.e.3.3u.f 3p.67 3p.16.18.1j.1f.q.l.4 7m.1.19.v.3 69.30.19 ' +
  '3s.3u.5.15.d.n.1.f  5.a.2r.9.a.3.20.1u.4.1.2.2.3.16.5.i.2.1.2.1.f.2.2.2  f.3a.3.3u.6.3.1y.j 9w ' +
  '3p.3.3y.i.o.y.2.g 7p.2t 5h.2k.2h 5.3k.3.14.l.25.c.3.2.1o.2.1.2.m 5.1.3m.49.1q.3 ai 7y.3 5q.28.1y.1.l ' +
  '3p.17.3.2z.3.2h 3.2.35.f.3.38.m.b.z.v.3.2.i.2 3.2.2b.19.3.1y.1w.b.1.7.2.n.2.6.p.2.1.o 3.2.3n.3u ' +
  '6.9.3a.16.v.b.5.5.h.1.1.4.1.n.1.13.6.d.i.5.1.1.e.6.9.9 ' +
  '3.2.3.1.4.2.29.m.f.3.1y.1w.1.3.7.1.6.1.1.2.6.2.1.1.c.1.1.5.1.2.5.i.1.1.1.2.1.2.d.2.2.2.a.1.3 ' +
  '3.2l.11.3.3u.4.7.b.1.l.1.1.1.4.1.5.2.i.2.1.i.g 6.3j.3.4g.1.8.9.5.w.3.2.g.4 3.2.a.2w.e.3.3u.m.1.1.m.y.2.g ' +
  '3.2.a.29.3.10.1.28.1m.4.i.1.c.9.2.d.k.1.2.4.c.6.a f.29.3d.27.m.1i 3.2.a.3a.3.1y.1w.4.f.3.1.5.2.1.d.1.z.2.g.g ' +
  '3.2.36.e.3.3u 9u.k 3.2.3.1.6.21.8.n.e.3.3u.1.3.8.3.2.3.2.6.2.3.1.a.1.1.8.5.i.2.1.2.1.f.g.2.2 ' +
  'f.3a.3.4m.g.1.x.1.1.2.w.2 9r.2.1.i.4 9u 3.2.a.3d.o.1a.h.1f.4.j.m.1.d.7.5.6.2.1.i 6y.3k 3s.37.2x.2 ' +
  '3.3m.3.3u.4.f.3.m.10.2.g.4 6.3j.16.1.32.3.1s.o 3.3a.c.3.f.a.35.4.i.1.v.n.3.2 3f.a.3.3u.m.j.15 ' +
  's.1j.d.m.f.3.3u.m.m.10 3.2.3k.3.3u.c.a.1l.1.2.m 5.3k.3.1y.30.b.q.2.1.o ' +
  '3p.16.1.p.4.1.g.n.1.3.1.1.7.g.1.1m.i.5.1.1.e.6 5.a.3a.21.17.1.o.1.19.6.7.k.1.3.1.e 9y f.8h.v.5.2 ' +
  '3.2.3k.3.36.1.1.m.1a.d.k.1.2.2.k 3p.16.5l 3p.16.q.22.19.d.i.3.4.i 3p.67.m ' +
  '2.3n.12.4.u.3.h.a.4.6.q.6.9.1b.k.3.i.2.2   5.7h.3.1j.j.2.1.2.i.2 9r.1.1.1.2.i.2 ' +
  '4r.4.1.3.c.6.8.2.1.1.f.4.2.1.1.2.1.1.1.2.1.1.4.1.j.o.1u.n  6n.39.1.l 53.2j 3s.2e.2q.d.i.2.1.i.6 5r.27.1b.19  ' +
  '3.2.1.3.6.2w.e.3.z.5.1c.d.e.n.c.y.d.i.1.1.1.2.2.b.3.6 9i.1   5h.3s.19 f.3a.3.3l.9.1n.i.5.1.f.6 ' +
  '3s.1p.9.13.15.3.1m.3.3 5h.1c.3p  7y.22 6t.15.3.1m 6.7j.c.2h 6a.1r.1q 3p.16.1y.1.3m 3p.12.4.1z.s.3.c.1v.i.2.2  ' +
  '69.3.j.1.2d.o.l ai 3p.12.1.3.1.t.a.4.6.f.5.1.7.28.i.4.1.1.2.g.1.2 6w.2d.n.m ' +
  '5.a.3a.2.1.2h.q.3.k.c.3.2.t.6.2.5.4.8.6.2.1.2.1.1.e.2.4 2g.2g.2q.i.1s.4.i 3p.3.3u.1.a.14.q.3.a.8 ' +
  '3.c.58.1j.g.1a.3.5.3.9.e.2.g 5.3k.3.3u.4 3r.1.46.5.11.q.i f.3a.3.40.1c.5.r.c 6w.34.c.6 5.3n.3u.1a.1i.2 3s.3u.2u ' +
  '3p.3.1u.20.1.a.y.1.5.1.2.5.l.2.f.3.2 5.3n.5h.k.1.k.2 3p.16.1y.1.6.11.18.n.2.1.e.5 3p.69.k    ' +
  '4r.y.15.1.2e.n.1.l.q  5.1.2a.v.3.b.67.g j.2s.e.4c.18.1g.e j.7.2l.e.6v.5.1.d 38.h.3.47.15.18.b  r.1.2x.l.3c ' +
  '94.1e 2n.o.4q.32 3p.62 88.m.10.m.g 3p.3.4g.i.5.1.y.m.g 5.3k.3.3u.2a 89.23.6.f.5 3s.46.1w.k.2.o.2.1 ' +
  'f.29.11.3.3u.b.4.7.1.5.g.1.w.2.1.2.g.g.2.4.4 f.3a.3.4m.g.1.x.1.1.2.w.2 3b 3p.69.k ' +
  '5.36.e.3.3u.h.5.o.1.c.k.1.2.2.2.c 5.a.1.1.2.9.1o.4.4.n.3.b.3.i.3c.6.6.6.4.i.6.d.i.2.1.2.1.1.e.6.2.1.1.2.b ' +
  '3p.3x.1a.d.k.1.4.k 3p.6r.p.1 5.3k.3x.2u 5.8.3f.3y.22.o 3b.h.3u.2a.k.p 4r.4i.19';
