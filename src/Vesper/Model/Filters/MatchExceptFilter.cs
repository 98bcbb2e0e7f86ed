namespace Vesper;

/// <summary>A value at the path is not null and equals none of the values.</summary>
internal sealed record MatchExceptFilter : ValueSetFilter
{
    public MatchExceptFilter(string path, IEnumerable<FilterValue> values)
        : base(path, values)
    {
    }

    protected override string ListName => "except";
}
