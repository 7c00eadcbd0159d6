package io.kfac.spark.ml;

import java.util.List;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** How {@link BlockColumnsPlan} is run: answers that nobody asks for are not computed. */
final class BlockColumnsStrategy extends SparkStrategy {
    private static final long serialVersionUID = 1L;
    private static final BlockColumnsStrategy INSTANCE = new BlockColumnsStrategy();

    private BlockColumnsStrategy() {}

    /** So that the session can run plans of ours, if it could not from its start: where this jar came to it later. */
    static synchronized void register(SparkSession session) {
        if (!session.sessionState().planner().strategies().contains(INSTANCE)) {
            session.experimental()
                    .extraStrategies_$eq(session.experimental()
                            .extraStrategies()
                            .appended(INSTANCE)
                            .toSeq());
        }
    }

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
        if (plan instanceof Project project && project.child() instanceof BlockColumnsPlan block) {
            return only(new ProjectExec(project.projectList(), exec(block, project.references())));
        }
        return plan instanceof BlockColumnsPlan block
                ? only(exec(block, block.outputSet()))
                : BlockColumns.seq(List.<SparkPlan>of());
    }

    private static Seq<SparkPlan> only(SparkPlan plan) {
        return BlockColumns.seq(List.of(plan));
    }

    private SparkPlan exec(BlockColumnsPlan block, AttributeSet asked) {
        List<Attribute> added = CollectionConverters.asJava(block.added());
        boolean[] wanted = new boolean[added.size()];
        for (int k = 0; k < wanted.length; k++) {
            wanted[k] = asked.contains(added.get(k));
        }
        List<Attribute> kept = added.stream().filter(asked::contains).toList();
        return new BlockColumnsExec(
                block.inputs(), BlockColumns.seq(kept), block.columns().only(wanted), planLater(block.child()));
    }

    /** Spark finds it in META-INF/services, and gives every session of its own the strategy. */
    public static final class Provider extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
            implements SparkSessionExtensionsProvider {
        @Override
        public BoxedUnit apply(SparkSessionExtensions extensions) {
            extensions.injectPlannerStrategy(new AbstractFunction1<>() {
                @Override
                public SparkStrategy apply(org.apache.spark.sql.SparkSession session) {
                    return INSTANCE;
                }
            });
            return BoxedUnit.UNIT;
        }
    }
}
