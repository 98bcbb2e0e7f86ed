namespace Vesper.Bench.Measuring;

/// <summary>Repeated measurements of several subjects, each of several figures.</summary>
internal sealed class FigureSamples<TSubject>
    where TSubject : notnull
{
    private readonly Dictionary<TSubject, SubjectSamples> _subjects = [];
    private readonly List<TSubject> _order = [];

    /// <summary>All subjects, in the order they came first.</summary>
    public IEnumerable<(TSubject Subject, SubjectSamples Samples)> All =>
        _order.Select(subject => (subject, _subjects[subject]));

    /// <summary>Adds one measurement.</summary>
    public void Add(TSubject subject, IReadOnlyDictionary<string, double> figures, IReadOnlyList<string> facts)
    {
        if (!_subjects.TryGetValue(subject, out var samples))
        {
            _subjects.Add(subject, samples = new SubjectSamples());
            _order.Add(subject);
        }

        samples.Add(figures, facts);
    }
}

/// <summary>Repeated measurements of one subject.</summary>
internal sealed class SubjectSamples
{
    private readonly RepeatedFigures _figures = new();
    private IReadOnlyList<string> _facts = [];

    /// <summary>Adds one measurement.</summary>
    public void Add(IReadOnlyDictionary<string, double> figures, IReadOnlyList<string> facts)
    {
        _figures.Add(figures);
        _facts = facts;
    }

    /// <summary>Medians, and spreads where there is more than one.</summary>
    public Measurement ToMeasurement(string experiment, string engine) => new()
    {
        Experiment = experiment,
        Engine = engine,
        Figures = _figures.Medians(),
        Noise = _figures.Noise(),
        Facts = _facts,
        Repeat = _figures.Repeats,
    };
}
