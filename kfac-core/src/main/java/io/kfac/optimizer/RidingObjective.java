package io.kfac.optimizer;

import io.kfac.model.Network;
import io.kfac.objective.Cost;
import io.kfac.objective.Evaluation;
import io.kfac.objective.LocalAnswer;
import io.kfac.objective.LocalWork;
import io.kfac.objective.Objective;
import io.kfac.objective.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lets queries ride along with the next pass over the data that somebody else asks for: validation costs no job of its own. */
final class RidingObjective implements Objective {
    private final Objective carrier;
    private List<Query> riders = List.of();
    private Consumer<List<Evaluation>> arrival = answers -> {};

    RidingObjective(Objective carrier) {
        this.carrier = carrier;
    }

    void ride(List<Query> queries, Consumer<List<Evaluation>> onArrival) {
        riders = queries;
        arrival = onArrival;
    }

    @Override
    public List<Evaluation> evaluate(String purpose, List<Query> queries) {
        List<Query> all = new ArrayList<>(queries);
        all.addAll(riders);
        return arrived(carrier.evaluate(purpose, all), queries.size());
    }

    @Override
    public LocalAnswer evaluate(String purpose, List<Query> queries, LocalWork work) {
        List<Query> all = new ArrayList<>(queries);
        all.addAll(riders);
        LocalAnswer answer = carrier.evaluate(purpose, all, work);
        return new LocalAnswer(arrived(answer.evaluations(), queries.size()), answer.work());
    }

    /** Hands riders their answers; returns the first ones, which are the carrier's own. */
    private List<Evaluation> arrived(List<Evaluation> answers, int own) {
        if (!riders.isEmpty()) {
            riders = List.of();
            arrival.accept(answers.subList(own, answers.size()));
        }
        return answers.subList(0, own);
    }

    /** A pass of their own for riders that nobody has taken along. */
    void flush(String purpose) {
        if (!riders.isEmpty()) {
            evaluate(purpose, List.of());
        }
    }

    @Override
    public int partitions() {
        return carrier.partitions();
    }

    @Override
    public Network network() {
        return carrier.network();
    }

    @Override
    public long rows() {
        return carrier.rows();
    }

    @Override
    public Cost cost() {
        return carrier.cost();
    }
}
