# shellcheck shell=bash disable=SC2034,SC2164
# Shared by scripts/kfac and scripts/bench: finding Java, building when needed, and submitting to Spark.
# Kept to what bash 3.2 knows, hence ${a[@]+"${a[@]}"} for arrays that may be empty.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
jar=$root/spark-jobs/target/kfac-spark.jar
embedded_home=$root/spark-home/target/home

die() {
  echo "kfac: $*" >&2
  exit 2
}

find_java() {
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  local version
  version=$("$java" -version 2>&1) || die "Cannot find Java: install a JDK 17, and put it on PATH or set JAVA_HOME"
  [[ $version =~ version\ \"([0-9]+)([^\"]*)\" ]] || die "Cannot tell the version of $java"
  ((BASH_REMATCH[1] >= 17)) ||
    die "Cannot run on Java ${BASH_REMATCH[1]}${BASH_REMATCH[2]}: install a JDK 17, and put it on PATH or set JAVA_HOME"
}

# newer FILE PATH...: whether FILE is missing or any of the paths is newer.
newer() {
  local file=$1
  shift
  [[ ! -f $file || -n $(find "$@" -newer "$file" -print -quit) ]]
}

# build JAR SOURCES [MAVEN OPTION...]: makes what is missing or older than its sources; silent when there is nothing to do.
build() {
  local target=$1 sources=$2 modules=kfac-core,spark-jobs stale=''
  shift 2
  cd "$root"
  newer "$target" pom.xml kfac-core/pom.xml kfac-core/src/main spark-jobs/pom.xml spark-jobs/src/main "$sources" && stale=jar
  if [[ -z ${SPARK_HOME:-} ]]; then
    modules=kfac-core,spark-home,spark-jobs
    # Another version of Spark in pom.xml makes the jar stale, and in that run of Maven the home is assembled again.
    [[ -f $embedded_home/RELEASE ]] || stale=home
  fi
  if [[ -n $stale ]]; then
    command -v mvn >/dev/null || die "Cannot build: Maven's mvn is not on PATH"
    local say="building, since sources are newer than the last build"
    [[ -f $target ]] || say="building on first use, which may take minutes while Maven downloads Spark"
    echo "kfac: $say" >&2
    mvn -q -B -Dmaven.test.skip -pl "$modules" "$@" package >&2 || die "Cannot build: see Maven's messages above"
  fi
  cd - >/dev/null
}

# One run at a time builds; the others wait for it.
build_once() {
  if command -v flock >/dev/null; then
    mkdir -p "$root/target"
    exec 9>"$root/target/build.lock"
    flock 9
    build "$@"
    exec 9>&-
  else
    build "$@"
  fi
}

# spark-submit's options. They are taken from any place among ours.
spark_values="--archives --deploy-mode --driver-class-path --driver-cores --driver-java-options --driver-library-path
  --driver-memory --exclude-packages --executor-cores --executor-memory --files --jars --keytab --master --name
  --num-executors --packages --principal --properties-file --proxy-user --py-files --queue --repositories
  --total-executor-cores"
spark_flags="--load-spark-defaults --supervise --verbose"

spark_args=() # for spark-submit, as given
confs=()      # key=value of --conf
ours=()       # for our main class
config_files=()

# is_in WORD LIST
is_in() {
  [[ -n $1 && " $2 " == *[[:space:]]"$1"[[:space:]]* ]]
}

# split ARG...: sorts the arguments into the arrays above.
split() {
  local option
  while (($#)); do
    option=${1%%=*}
    if [[ $1 == -- ]]; then
      shift
      ours+=("$@")
      return
    elif is_in "$option" "--conf $spark_values"; then
      if [[ $1 != *=* ]]; then
        (($# > 1)) || die "Option $option needs a value"
        set -- "$1=$2" "${@:3}"
      fi
      take "$option" "${1#*=}"
    elif is_in "$1" "$spark_flags"; then
      spark_args+=("$1")
    else
      ours+=("$1")
    fi
    shift
  done
}

take() {
  if [[ $1 != --conf ]]; then
    spark_args+=("$1" "$2")
  elif [[ $2 =~ ^[A-Za-z0-9._-]+= ]]; then
    # Others spark-submit would ignore.
    [[ $2 == spark.* ]] ||
      die "Cannot use --conf ${2%%=*}=...: Spark's keys begin with spark.; for ours use --set ${2%%=*}=VALUE"
    confs+=("$2")
  else
    [[ $2 == *://* || -f $2 ]] || die "Cannot read configuration $2: no such file (Spark's own --conf takes key=value)"
    [[ $2 == *://* ]] || config_files+=("$2")
    ours+=(--conf "$2")
  fi
}

# given OPTION: the last value that the user gave to an option of spark-submit.
given() {
  local i value=''
  for ((i = 0; i < ${#spark_args[@]}; i++)); do
    [[ ${spark_args[i]} == "$1" ]] && value=${spark_args[i + 1]}
  done
  echo "$value"
}

# setting KEY: its value by --conf, else in the properties file that spark-submit is going to read.
setting() {
  local c file value=''
  for c in ${confs[@]+"${confs[@]}"}; do
    [[ $c == "$1="* ]] && value=${c#*=}
  done
  file=$(given --properties-file)
  file=${file:-${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-defaults.conf}
  if [[ -z $value && -f $file ]]; then
    value=$(sed -n "s/^[[:space:]]*${1//./\\.}[[:space:]]*[[:space:]=:][[:space:]]*//p" "$file" | tail -n 1)
  fi
  echo "$value"
}

# default KEY VALUE: for spark-submit, unless the user has said otherwise.
default() {
  [[ -n $(setting "$1") ]] || confs+=("$1=$2")
}

# java_default driver|executor OPTIONS: Spark puts them before the user's own extraJavaOptions.
java_default() {
  local gc=-XX:+UseParallelGC # netlib's JNI calls hold up G1: 1.3 times faster, and no stalls
  [[ "$(setting "spark.$1.extraJavaOptions") $(given --driver-java-options)" =~ -XX:\+Use[A-Za-z]*GC ]] && gc=
  default "spark.$1.defaultJavaOptions" "$gc${2:+ $2}"
}

half_of_memory_mb() {
  local kb file limit
  if [[ -r /proc/meminfo ]]; then
    kb=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
  else
    kb=$(($(sysctl -n hw.memsize) / 1024))
  fi
  # What a container may use, by version 2 and version 1 of cgroups; "max" is no limit.
  for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    [[ -r $file ]] && limit=$(<"$file") && [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1024 < kb)) && kb=$((limit / 1024))
  done
  echo $((kb / 2048 < 8192 ? kb / 2048 : 8192))
}

# use_spark_home: the user's Spark, else the embedded one.
use_spark_home() {
  export SPARK_HOME=${SPARK_HOME:-$embedded_home}
  [[ -x $SPARK_HOME/bin/spark-submit ]] || die "Cannot use SPARK_HOME=$SPARK_HOME: it has no bin/spark-submit"
}

# submit CLASS JAR MASTER: replaces this shell, so that signals reach Spark and its exit code is ours.
submit() {
  local class=$1 main_jar=$2 master mode plugin=io.kfac.spark.engine.KfacPlugin plugins i
  master=$(given --master)
  master=${master:-$(setting spark.master)}
  if [[ -z $master ]]; then
    master=$3
    spark_args+=(--master "$master")
  fi
  mode=$(given --deploy-mode)
  mode=${mode:-$(setting spark.submit.deployMode)}

  plugins=$(setting spark.plugins)
  [[ $plugins == *"$plugin"* ]] || confs+=("spark.plugins=${plugins:+$plugins,}$plugin")
  java_default executor ""
  default spark.ui.showConsoleProgress false
  if [[ $mode == cluster ]]; then
    java_default driver ""
    send_config_files
  else
    java_default driver "-Dlog4j2.configurationFile=file:${root// /%20}/conf/log4j2.properties"
    if [[ $master == local || $master == 'local['* ]] && [[ -z $(given --driver-memory)${SPARK_DRIVER_MEMORY:-} ]]; then
      default spark.driver.memory "$(half_of_memory_mb)m"
    fi
  fi
  [[ -n $(given --name)$(setting spark.app.name) ]] || spark_args+=(--name "kfac ${ours[0]:-}")

  for ((i = 0; i < ${#confs[@]}; i++)); do
    spark_args+=(--conf "${confs[i]}")
  done
  exec "$SPARK_HOME/bin/spark-submit" "${spark_args[@]}" --class "$class" "$main_jar" ${ours[@]+"${ours[@]}"}
}

# includes FILE: the local files that its include lines name, as ConfigFile.java finds them.
includes() {
  local name
  sed -n 's/^[[:space:]{]*include[[:space:]]*\(required(\)\{0,1\}\(file(\)\{0,1\}"\([^"]*\)".*/\2\3/p' "$1" |
    while read -r name; do
      case $name in
        *://*) ;;
        'file('*) echo "${name#file(}" ;;
        /*) echo "$name" ;;
        *) echo "$(dirname "$1")/$name" ;;
      esac
    done
}

# add_config_file FILE: one more that travels, unless it does already.
add_config_file() {
  local known
  for known in "${config_files[@]}"; do
    [[ $1 -ef $known ]] && return
    [[ ${1##*/} != "${known##*/}" ]] ||
      die "Cannot send both $known and $1 with the job: it finds them by their base names. Remedy: rename one"
  done
  config_files+=("$1")
}

# In cluster mode the driver runs elsewhere: our configuration files and what they include go there by --files, and are found by
# their base names.
send_config_files() {
  local i file files
  ((${#config_files[@]})) || return 0
  files=$(given --files)
  for ((i = 0; i < ${#config_files[@]}; i++)); do # it grows on the way
    files=${files:+$files,}${config_files[i]}
    while read -r file; do
      [[ -f $file ]] || die "Cannot read configuration $file: no such file (${config_files[i]} includes it)"
      add_config_file "$file"
    done < <(includes "${config_files[i]}")
  done
  spark_args+=(--files "$files")
  for ((i = 0; i + 1 < ${#ours[@]}; i++)); do
    [[ ${ours[i]} == --conf && ${ours[i + 1]} != *://* ]] && ours[i + 1]=${ours[i + 1]##*/}
  done
  return 0
}
