namespace Vesper;

/// <summary>A value at the path equals one of the values.</summary>
internal sealed record MatchAnyFilter : ValueSetFilter
{
    public MatchAnyFilter(string path, IEnumerable<FilterValue> values)
        : base(path, values)
    {
    }

    protected override string ListName => "any";
}
