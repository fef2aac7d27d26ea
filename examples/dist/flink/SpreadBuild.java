import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Does all of "heatmapgen dist" but the plan as one Flink job in batch mode. Only the numbers of shards and parts flow through the engine; the program runs
 * as a process of the task managers, each of which finds it, the recordings and the job's folder under the same paths.
 *
 * <p>Arguments: the path of heatmapgen, the folder of the job, which has its plan, the shards of that plan, the parts to paint, how many failures to stand.
 */
public final class SpreadBuild {
  public static void main(String[] args) throws Exception {
    String program = args[0];
    String job = args[1];
    int shards = Integer.parseInt(args[2]);
    int parts = Integer.parseInt(args[3]);
    int failures = Integer.parseInt(args[4]);

    Configuration conf = new Configuration();
    // Without a strategy the first failure ends a batch job.
    conf.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    conf.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, failures);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(conf);
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);

    // A subtask for each shard and each part: what fails is tried again by itself, and a slot that is free takes the next. Every operator has to
    // be told; the environment's parallelism is no more than an upper bound in batch mode.
    DataStream<Long> shardNumbers = env.fromSequence(0, shards - 1).setParallelism(shards);
    DataStream<Long> read = run(shardNumbers, shards, new Step(program, job, "map", "--shard", "%d").makes("map-%05d"));
    DataStream<Long> gathered = run(barrier(read), 1, new Step(program, job, "gather", "--parts", "" + parts).makes("draw"));
    DataStream<Long> partNumbers = gathered.flatMap((Long one, Collector<Long> out) -> {
      for (long part = 0; part < parts; part++) {
        out.collect(part);
      }
    }).returns(Long.class).setParallelism(1).rebalance();
    DataStream<Long> painted = run(partNumbers, parts, new Step(program, job, "paint", "--part", "%d").makes("paint-%05d"));
    run(barrier(painted), 1, new Step(program, job, "compose")).sinkTo(new DiscardingSink<>()).setParallelism(1);
    env.execute("heatmapgen");
  }

  private static SingleOutputStreamOperator<Long> run(DataStream<Long> numbers, int parallelism, Step step) {
    return numbers.map(step).setParallelism(parallelism).name(step.name);
  }

  /** Returns one number, once all of numbers have come: in batch mode a reduction has nothing to say before. */
  private static DataStream<Long> barrier(DataStream<Long> numbers) {
    return numbers.keyBy(n -> 0).reduce((a, b) -> a).setParallelism(1);
  }

  /** Runs a step for every number and passes the number on. */
  private static final class Step implements MapFunction<Long, Long> {
    private static final long serialVersionUID = 1;
    final String name;
    private final String job;
    private final ArrayList<String> command;
    private String file;

    /** An argument "%d" stands for the number. */
    Step(String program, String job, String name, String... arguments) {
      this.name = name;
      this.job = job;
      command = new ArrayList<>(List.of(program, "--quiet", "dist", name, "--job", job));
      command.addAll(List.of(arguments));
    }

    /**
     * Sets the file of the job that the step makes. Where it is there already nothing runs: with a task manager Flink loses the numbers that passed through it,
     * and asks for steps again that were long done.
     */
    Step makes(String file) {
      this.file = file;
      return this;
    }

    @Override
    public Long map(Long number) throws IOException, InterruptedException {
      if (file != null && Files.exists(Path.of(job, String.format(file, number)))) {
        return number;
      }
      // What it says goes to a file, as who reads from a process cannot be interrupted.
      Path said = Files.createTempFile("heatmapgen-", ".log");
      List<String> numbered = new ArrayList<>(command);
      numbered.replaceAll(a -> a.equals("%d") ? number.toString() : a);
      Process process = new ProcessBuilder(numbered).redirectErrorStream(true).redirectOutput(said.toFile()).start();
      try {
        int code = process.waitFor();
        if (code != 0) {
          throw new IOException(String.format("%s %d ended with code %d: %s", name, number, code, Files.readString(said)));
        }
      } finally {
        process.destroyForcibly();
        Files.deleteIfExists(said);
      }
      return number;
    }
  }
}
