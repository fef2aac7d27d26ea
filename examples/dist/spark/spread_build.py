"""Does all of "heatmapgen dist" but the plan with Spark.

Only the numbers of shards and parts are handed to the executors; heatmapgen runs as a process of theirs, and each finds it, the recordings and the job's
folder under the same paths. Spark tries a task that fails again, spark.task.maxFailures times in all.

    spark-submit spread_build.py HEATMAPGEN JOB SHARDS PARTS
"""

import os
import subprocess
import sys

from pyspark.sql import SparkSession


def run(program, job, step, *arguments):
    """Run a step. Its messages are part of the error when it fails."""
    command = [program, "--quiet", "dist", step, "--job", job, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{step} {' '.join(arguments)} ended with code {done.returncode}: {done.stdout}")


def numbered(program, job, step, flag):
    """Return a function that runs a step for a number, unless its file is there."""

    def one(number):
        if not os.path.exists(os.path.join(job, f"{step}-{number:05d}")):
            run(program, job, step, flag, str(number))

    return one


def main(program, job, shards, parts):
    spark = SparkSession.builder.appName("heatmapgen").getOrCreate()
    each = spark.sparkContext.parallelize  # a task for each number
    each(range(shards), shards).foreach(numbered(program, job, "map", "--shard"))
    run(program, job, "gather", "--parts", str(parts))
    each(range(parts), parts).foreach(numbered(program, job, "paint", "--part"))
    run(program, job, "compose")
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
